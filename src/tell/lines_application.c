/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * lines_application.c - what is told of an application's protocol, known by its port: SSH's version, the lines of HTTP, RTSP,
 * FTP, SMTP, whois, a few short ones, and the data of a reset.  DNS, Redis and telnet have files of their own.
 */
#include "tell/lines.h"

#define TOKEN_MAX 128
#define RESET_DATA_MAX 30

static bool is_print(uint32_t c)
{
    return c >= 0x20 && c <= 0x7e;
}

static bool is_space(uint32_t c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* ---- text protocols ------------------------------------------------------------------------------------------------------ */

/* A payload that is read as text. */
struct payload {
    size_t at;
    uint32_t length;
};

/* A word of a line. */
struct token {
    char text[TOKEN_MAX + 1];
    size_t octets;
};

/*
 * The word at `from`; returns where the next one begins, or 0 when there is no word: an empty line, octets that are not ASCII,
 * a word that is too long, or one that was not captured to its end.
 */
static uint32_t read_token(const struct line *line, const struct payload *payload, uint32_t from, struct token *ret)
{
    uint32_t i = from;

    ret->octets = 0;
    for (; i < payload->length; i++) {
        if (!line_has(line, payload->at + i, 1))
            return 0;
        uint32_t c = line_u8(line, payload->at + i);
        if (is_space(c))
            break;
        if (!is_print(c) || ret->octets + 2 > sizeof ret->text)
            return 0;
        ret->text[ret->octets++] = (char)c;
    }
    if (ret->octets == 0)
        return 0;
    while (i < payload->length && line_has(line, payload->at + i, 1) && line_u8(line, payload->at + i) == ' ')
        i++;
    return i;
}

static bool same_word(const struct token *token, const char *word)
{
    for (size_t i = 0;; i++) {
        char c = i < token->octets ? token->text[i] : '\0';

        if (c >= 'a' && c <= 'z')
            c = (char)(c - 'a' + 'A');
        if (c != word[i])
            return false;
        if (!c)
            return true;
    }
}

static bool is_status(const struct token *token)
{
    for (size_t i = 0; i < 3; i++)
        if (i >= token->octets || token->text[i] < '0' || token->text[i] > '9')
            return false;
    return token->octets == 3;
}

/* Does the payload begin with a request, or an answer, "HTTP/1.1 200 …", and not in the middle of a body? */
static bool begins_message(const struct line *line, const struct payload *payload, const char *const *requests)
{
    struct token token;
    uint32_t next = read_token(line, payload, 0, &token);

    if (next == 0)
        return false;
    for (; *requests; requests++)
        if (same_word(&token, *requests))
            return true;
    return read_token(line, payload, next, &token) && is_status(&token);
}

enum text_line { TEXT_LINE_CUT, TEXT_LINE_LAST, TEXT_LINE_MORE };

/*
 * A line of text behind `prefix`, when it is one; moves *from behind it.  LAST: it is not text, or has no end, and no more is
 * told.
 */
static enum text_line say_text_line(struct line *line, const char *prefix, const struct payload *payload, uint32_t *from)
{
    uint32_t i = *from, end_octets = 0;

    for (; i < payload->length && end_octets == 0; i++) {
        if (!line_has(line, payload->at + i, 1))
            return TEXT_LINE_CUT;
        uint32_t c = line_u8(line, payload->at + i);
        if (c == '\n') {
            end_octets = 1;
            break;
        }
        if (c == '\r') {
            if (i + 1 >= payload->length)
                return TEXT_LINE_LAST;
            if (!line_has(line, payload->at + i + 1, 1))
                return TEXT_LINE_CUT;
            if (line_u8(line, payload->at + i + 1) != '\n')
                return TEXT_LINE_LAST;
            end_octets = 2;
            break;
        }
        if (!is_print(c) && c != '\t')
            return TEXT_LINE_LAST;
    }
    tt_text_string(line->text, prefix);
    tt_text_put(line->text, (const char *)line->octets + payload->at + *from, i - *from);
    if (end_octets == 0) {
        line_cut_here(line);
        return TEXT_LINE_LAST;
    }
    *from = i + end_octets;
    return TEXT_LINE_MORE;
}

/* Requests NULL: every payload begins a message. */
static bool say_text(struct line *line, const char *layer, const char *title, const char *const *requests,
                     const struct payload *payload)
{
    uint32_t from = 0;
    enum text_line last = TEXT_LINE_MORE;

    line->layer = layer;
    bool message = !requests || begins_message(line, payload, requests);
    tt_text_put(line->text, ": ", 2);
    tt_text_string(line->text, title);
    if (!message)
        return true;
    if (!line->options->verbose)
        return say_text_line(line, ": ", payload, &from) != TEXT_LINE_CUT;
    line_say(line, ", length: %u", payload->length);
    while (from < payload->length && last == TEXT_LINE_MORE)
        last = say_text_line(line, "\n\t", payload, &from);
    return last != TEXT_LINE_CUT;
}

static const char *const http_requests[] = {"GET",
                                            "PUT",
                                            "COPY",
                                            "HEAD",
                                            "LOCK",
                                            "MOVE",
                                            "POLL",
                                            "POST",
                                            "BCOPY",
                                            "BMOVE",
                                            "MKCOL",
                                            "TRACE",
                                            "LABEL",
                                            "MERGE",
                                            "DELETE",
                                            "SEARCH",
                                            "UNLOCK",
                                            "REPORT",
                                            "UPDATE",
                                            "NOTIFY",
                                            "BDELETE",
                                            "CONNECT",
                                            "OPTIONS",
                                            "CHECKIN",
                                            "PROPFIND",
                                            "CHECKOUT",
                                            "CCM_POST",
                                            "SUBSCRIBE",
                                            "PROPPATCH",
                                            "BPROPFIND",
                                            "BPROPPATCH",
                                            "UNCHECKOUT",
                                            "MKACTIVITY",
                                            "MKWORKSPACE",
                                            "UNSUBSCRIBE",
                                            "RPC_CONNECT",
                                            "VERSION-CONTROL",
                                            "BASELINE-CONTROL",
                                            NULL};

static const char *const rtsp_requests[] = {"DESCRIBE", "ANNOUNCE", "GET_PARAMETER", "OPTIONS",       "PAUSE",    "PLAY",
                                            "RECORD",   "REDIRECT", "SETUP",         "SET_PARAMETER", "TEARDOWN", NULL};

/* ---- SSH (RFC 4253 section 4.2) ------------------------------------------------------------------------------------------ */

/* The version's line is told when all of it is there; everything else is encrypted. */
static bool say_ssh(struct line *line, const struct payload *payload)
{
    uint32_t i;

    line->layer = "ssh";
    for (i = 0; i < 4; i++) {
        if (!line_has(line, payload->at + i, 1))
            return false;
        if (line_u8(line, payload->at + i) != (uint32_t) "SSH-"[i])
            return true;
    }
    for (; i < payload->length; i++) {
        if (!line_has(line, payload->at + i, 1))
            return false;
        uint32_t c = line_u8(line, payload->at + i);
        if (c == '\r') {
            if (i + 1 >= payload->length)
                return true;
            if (!line_has(line, payload->at + i + 1, 1))
                return false;
            c = line_u8(line, payload->at + i + 1);
            if (c != '\n')
                return true;
        }
        if (c == '\n') {
            tt_text_put(line->text, ": SSH: ", 7);
            tt_text_put(line->text, (const char *)line->octets + payload->at, i);
            return true;
        }
        if (!is_print(c))
            return true;
    }
    return true;
}

/* ---- the short ones ------------------------------------------------------------------------------------------------------ */

/* Its messages are told with -v, and then in more lines than belong to a story of TCP: here they have none. */
static bool say_bgp(struct line *line, const struct payload *payload)
{
    (void)payload;
    tt_text_put(line->text, ": BGP", 5);
    return true;
}

/* RFC 3081's frames by their first word. */
static bool say_beep(struct line *line, const struct payload *payload)
{
    static const char *const words[] = {"MSG", "RPY ", "ERR ", "ANS ", "NUL ", "SEQ ", "END"};

    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        /* tcpdump compares four octets, and so a NUL behind the words of three. */
        if (payload->length >= 4 && line_has(line, payload->at, 4) && memcmp(line->octets + payload->at, words[i], 4) == 0) {
            line_say(line, " BEEP %.*s", 3, words[i]);
            return true;
        }
    tt_text_string(line->text, " BEEP (payload or undecoded)");
    return true;
}

/* RFC 8210. */
static bool say_rpki(struct line *line, const struct payload *payload)
{
    line->layer = "rpki_rtr";
    if (!line->options->verbose) {
        tt_text_put(line->text, ", RPKI-RTR", 10);
        return true;
    }
    if (!line_has(line, payload->at, 1))
        return false;
    if (line_u8(line, payload->at))
        line_say(line, "\n\tRPKI-RTRv%u (unknown)", line_u8(line, payload->at));
    return true;
}

/* RFC 5036 section 3.1: the header of the first message. */
static bool say_ldp(struct line *line, const struct payload *payload)
{
    const char *indent = line->options->verbose ? "\n\t" : "";
    size_t at = payload->at;

    line->layer = "ldp";
    if (payload->length <= 18)
        return true;
    if (!line_has(line, at, 10))
        return false;
    uint32_t version = line_be16(line, at), length = line_be16(line, at + 2);
    if (version != 1) {
        line_say(line, "%sLDP version %u packet not supported", indent, version);
    } else if (length < 6) {
        line_say(line, "%sLDP, pdu-length: %u (too short, < 6)", indent, length);
    } else {
        line_say(line, "%sLDP, Label-Space-ID: ", indent);
        line_ip_address(line, at + 4, 4);
        line_say(line, ":%u, pdu-length: %u", line_be16(line, at + 8), length);
    }
    return true;
}

/* ---- which --------------------------------------------------------------------------------------------------------------- */

static bool say_smtp(struct line *line, const struct payload *payload)
{
    return say_text(line, "smtp", "SMTP", NULL, payload);
}

static bool say_whois(struct line *line, const struct payload *payload)
{
    return say_text(line, "whois", "WHOIS", NULL, payload);
}

static bool say_ftp(struct line *line, const struct payload *payload)
{
    return say_text(line, "ftp", "FTP", NULL, payload);
}

static bool say_http(struct line *line, const struct payload *payload)
{
    return say_text(line, "http", "HTTP", http_requests, payload);
}

static bool say_rtsp(struct line *line, const struct payload *payload)
{
    return say_text(line, "rtsp", "RTSP", rtsp_requests, payload);
}

static bool say_telnet(struct line *line, const struct payload *payload)
{
    return line_telnet(line, payload->at, payload->length);
}

static bool say_redis(struct line *line, const struct payload *payload)
{
    return line_redis(line, payload->at, payload->length);
}

static bool say_dns(struct line *line, const struct payload *payload)
{
    return line_dns(line, payload->at, payload->length);
}

/* In tcpdump's order, which decides when both ports are known. */
static const struct application {
    uint16_t port;
    bool (*say)(struct line *line, const struct payload *payload);
} applications[] = {
    {23, say_telnet}, {25, say_smtp},    {43, say_whois}, {179, say_bgp},  {6379, say_redis},
    {22, say_ssh},    {10288, say_beep}, {21, say_ftp},   {80, say_http},  {8080, say_http},
    {554, say_rtsp},  {8554, say_rtsp},  {53, say_dns},   {323, say_rpki}, {646, say_ldp},
};

bool line_application(struct line *line, uint16_t src_port, uint16_t dst_port, size_t at, uint32_t length)
{
    struct payload payload = {at, length};

    for (size_t i = 0; i < sizeof applications / sizeof applications[0]; i++)
        if (src_port == applications[i].port || dst_port == applications[i].port)
            return applications[i].say(line, &payload);
    return true;
}

/* RFC 9293 section 3.5.3: a reset may say in its data why. */
bool line_reset_data(struct line *line, size_t at, uint32_t length)
{
    bool whole = line_has(line, at, length), more = length > RESET_DATA_MAX;
    size_t n = more ? RESET_DATA_MAX : length;

    line_say(line, " [%sRST%s ", whole ? "" : "!", more ? "+" : "");
    for (size_t i = 0; i < n && line_has(line, at + i, 1); i++)
        line_visible(line, line_u8(line, at + i));
    tt_text_char(line->text, ']');
    return true;
}
