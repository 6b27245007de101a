/* SPDX-License-Identifier: BSD-2-Clause */
/* lines_telnet.c - telnet's commands and options (RFC 854, RFC 855) where they begin a segment. */
#include "tell/lines.h"

#define IAC 255 /* interpret as command */
#define COMMAND_FIRST 236
#define SUBNEGOTIATION 250
#define SUBNEGOTIATION_END 240
#define OPTION_AUTHENTICATION 37
#define OPTION_ENCRYPT 38

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const char *const commands[] = {"EOF", "SUSP", "ABORT", "EOR", "SE", "NOP",  "DMARK", "BRK", "IP",   "AO",
                                       "AYT", "EC",   "EL",    "GA",  "SB", "WILL", "WONT",  "DO",  "DONT", "IAC"};

static const char *const options[] = {"BINARY",
                                      "ECHO",
                                      "RCP",
                                      "SUPPRESS GO AHEAD",
                                      "NAME",
                                      "STATUS",
                                      "TIMING MARK",
                                      "RCTE",
                                      "NAOL",
                                      "NAOP",
                                      "NAOCRD",
                                      "NAOHTS",
                                      "NAOHTD",
                                      "NAOFFD",
                                      "NAOVTS",
                                      "NAOVTD",
                                      "NAOLFD",
                                      "EXTEND ASCII",
                                      "LOGOUT",
                                      "BYTE MACRO",
                                      "DATA ENTRY TERMINAL",
                                      "SUPDUP",
                                      "SUPDUP OUTPUT",
                                      "SEND LOCATION",
                                      "TERMINAL TYPE",
                                      "END OF RECORD",
                                      "TACACS UID",
                                      "OUTPUT MARKING",
                                      "TTYLOC",
                                      "3270 REGIME",
                                      "X.3 PAD",
                                      "NAWS",
                                      "TSPEED",
                                      "LFLOW",
                                      "LINEMODE",
                                      "XDISPLOC",
                                      "OLD-ENVIRON",
                                      "AUTHENTICATION",
                                      "ENCRYPT",
                                      "NEW-ENVIRON"};

static const char *const qualifiers[] = {"IS", "SEND", "INFO"};
static const char *const authentication_commands[] = {"IS", "SEND", "REPLY", "NAME"};
static const char *const authentication_types[] = {"NULL",   "KERBEROS_V4",  "KERBEROS_V5", "SPX", "MINK", "SRP",
                                                   "RSA",    "SSL",          NULL,          NULL,  "LOKI", "SSA",
                                                   "KEA_SJ", "KEA_SJ_INTEG", "DSS",         "NTLM"};
static const char *const encryption_commands[] = {"IS",          "SUPPORT",   "REPLY",    "START", "END", "REQUEST-START",
                                                  "REQUEST-END", "END_KEYID", "DEC_KEYID"};
static const char *const encryption_types[] = {"NULL", "DES_CFB64",      "DES_OFB64",      "DES3_CFB64",    "DES3_OFB64",
                                               NULL,   "CAST5_40_CFB64", "CAST5_40_OFB64", "CAST128_CFB64", "CAST128_OFB64"};

/* A command under way. */
struct telnet {
    size_t at;
    uint32_t left;
};

/* END: no more of telnet's commands.  CUT: the octets end. */
enum step { STEP_CUT, STEP_END, STEP_DONE };

static enum step fetch(const struct line *line, struct telnet *telnet, uint32_t *ret)
{
    if (telnet->left < 1)
        return STEP_END;
    if (!line_has(line, telnet->at, 1))
        return STEP_CUT;
    *ret = line_u8(line, telnet->at++);
    telnet->left--;
    return STEP_DONE;
}

static void say_number(struct line *line, uint32_t value)
{
    line_say(line, value ? " 0x%x" : " %u", value);
}

static void say_name(struct line *line, const char *const *names, size_t count, uint32_t value)
{
    if (value < count && names[value])
        line_say(line, " %s", names[value]);
    else
        say_number(line, value);
}

/* An octet with a name, when the subnegotiation has one left. */
static enum step say_next(struct line *line, struct telnet *telnet, size_t end, const char *const *names, size_t count)
{
    uint32_t value;
    enum step step = STEP_DONE;

    if (end > telnet->at && (step = fetch(line, telnet, &value)) == STEP_DONE)
        say_name(line, names, count, value);
    return step;
}

static enum step say_qualifiers(struct line *line, struct telnet *telnet, uint32_t option, size_t end)
{
    enum step step;

    switch (option) {
    case OPTION_AUTHENTICATION:
        step = say_next(line, telnet, end, authentication_commands, COUNT(authentication_commands));
        return step == STEP_DONE ? say_next(line, telnet, end, authentication_types, COUNT(authentication_types)) : step;
    case OPTION_ENCRYPT:
        step = say_next(line, telnet, end, encryption_commands, COUNT(encryption_commands));
        return step == STEP_DONE ? say_next(line, telnet, end, encryption_types, COUNT(encryption_types)) : step;
    default:
        return say_next(line, telnet, end, qualifiers, COUNT(qualifiers));
    }
}

/* Where IAC SE stands, or the last octet. */
static enum step find_end(const struct line *line, const struct telnet *telnet, size_t *ret)
{
    size_t at = telnet->at;

    for (; telnet->left > at + 1 - telnet->at; at++) {
        if (!line_has(line, at, 1))
            return STEP_CUT;
        if (line_u8(line, at) != IAC)
            continue;
        if (!line_has(line, at, 2))
            return STEP_CUT;
        if (line_u8(line, at + 1) == SUBNEGOTIATION_END)
            break;
    }
    if (!line_has(line, at, 1))
        return STEP_CUT;
    *ret = at;
    return line_u8(line, at) == IAC ? STEP_DONE : STEP_END;
}

static enum step say_subnegotiation(struct line *line, struct telnet *telnet, uint32_t option)
{
    size_t end = 0;
    enum step step = find_end(line, telnet, &end);

    if (step == STEP_DONE)
        step = say_qualifiers(line, telnet, option, end);
    while (step == STEP_DONE && end > telnet->at) {
        uint32_t value;
        step = fetch(line, telnet, &value);
        if (step == STEP_DONE)
            say_number(line, value);
    }
    if (step != STEP_DONE)
        return step;
    tt_text_put(line->text, " SE", 3);
    telnet->at += 2;
    return STEP_DONE;
}

/* One command, from its IAC on. */
static enum step say_command(struct line *line, struct telnet *telnet)
{
    uint32_t command, option;
    enum step step = fetch(line, telnet, &command);

    if (step != STEP_DONE || command != IAC)
        return step == STEP_DONE ? STEP_END : step;
    if ((step = fetch(line, telnet, &command)) != STEP_DONE)
        return step;
    if (command == IAC) {
        tt_text_put(line->text, "IAC IAC", 7);
        return STEP_DONE;
    }
    if (command < COMMAND_FIRST)
        return STEP_END;
    if (command < SUBNEGOTIATION) {
        tt_text_string(line->text, commands[command - COMMAND_FIRST]);
        return STEP_DONE;
    }
    if ((step = fetch(line, telnet, &option)) != STEP_DONE)
        return step;
    tt_text_string(line->text, commands[command - COMMAND_FIRST]);
    say_name(line, options, COUNT(options), option);
    return command == SUBNEGOTIATION ? say_subnegotiation(line, telnet, option) : STEP_DONE;
}

bool line_telnet(struct line *line, size_t at, uint32_t length)
{
    struct telnet telnet = {at, length};
    bool first = true;

    line->layer = "telnet";
    while (length > 0) {
        struct telnet trial = telnet;
        struct line silent = *line;

        if (!line_has(line, telnet.at, 1))
            return false;
        if (line_u8(line, telnet.at) != IAC)
            break;
        /* A command is told when all of it is there. */
        silent.text = &line->lines->nowhere;
        enum step step = say_command(&silent, &trial);
        if (step == STEP_CUT)
            return false;
        if (step == STEP_END)
            break;
        tt_text_string(line->text, first ? " [telnet " : ", ");
        (void)say_command(line, &telnet);
        first = false;
        length -= (uint32_t)(telnet.at - at); /* below zero, and then large, where SE was missing: as tcpdump counts */
        at = telnet.at;
        telnet.left = length;
    }
    if (!first)
        tt_text_char(line->text, ']');
    return true;
}
