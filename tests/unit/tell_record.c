/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * tell_record.c - the record to the letter, as JSON and CSV, against docs/record.md, and the community ID.
 *
 * With the argument json or csv it prints records of nasty values, for tests/record to read with other programs.
 */
#include "unit.h"

#include <stdio.h>

#include "base/sha1.h"
#include "conns.h"
#include "tell/community_id.h"
#include <tcptale/tell.h>

#define COUNT(rows) (sizeof(rows) / sizeof((rows)[0]))

static struct tt_conn conn;
static struct tt_verdict verdict;
static struct unit_text t;

static void a_known_connection(void **state)
{
    (void)state;
    conn_web(&conn, &verdict);
    verdict.evidence_count = 2;
    verdict.evidence[0] = (struct tt_evidence){.packet = 7, .sign = "fin", .says = "the client closed first"};
    verdict.evidence[1] = (struct tt_evidence){.packet = 8, .sign = "fin-ack", .says = "\"x\""};
    tt_record_json(&conn, &verdict, unit_text_init(&t));
    assert_string_equal(
        unit_text_string(&t),
        "{\"id\":1,\"client\":{\"addr\":\"192.168.1.7\",\"port\":60722},\"server\":{\"addr\":\"192.168.1.9\",\"port\":80},"
        "\"roles\":\"handshake\",\"first\":1668962552.176289000,\"last\":1668962552.348289000,\"duration\":0.172000000,"
        "\"opening\":\"handshake\",\"handshake\":{\"syn_to_synack_us\":40,\"synack_to_ack_us\":73,\"syn_retries\":0},"
        "\"options\":{\"mss\":{\"client\":1460,\"server\":1440},\"window_scale\":{\"client\":7,\"server\":9},\"sack\":true,"
        "\"timestamps\":true,\"ecn\":false,\"fast_open\":false,\"mptcp\":false},"
        "\"sent_by_client\":{\"packets\":5,\"bytes\":42,\"ip_bytes\":302,\"retransmitted_packets\":0,\"retransmitted_bytes\":0,"
        "\"out_of_order\":0,\"duplicate_acks\":0,\"zero_windows\":0,\"keepalives\":0,\"gap_bytes\":0,"
        "\"rtt_us\":{\"min\":null,\"avg\":null,\"max\":null,\"samples\":0}},"
        "\"sent_by_server\":{\"packets\":4,\"bytes\":1234567,\"ip_bytes\":1234775,\"retransmitted_packets\":0,"
        "\"retransmitted_bytes\":0,\"out_of_order\":0,\"duplicate_acks\":0,\"zero_windows\":0,\"keepalives\":0,\"gap_bytes\":0,"
        "\"rtt_us\":{\"min\":67,\"avg\":68,\"max\":70,\"samples\":2}},"
        "\"ending\":\"fin\",\"form\":\"three-segment\",\"ended_by\":\"client\",\"cause\":\"close\",\"forged\":false,"
        "\"certainty\":\"certain\",\"bytes_lost\":0,"
        "\"evidence\":[{\"packet\":7,\"sign\":\"fin\",\"says\":\"the client closed first\"},"
        "{\"packet\":8,\"sign\":\"fin-ack\",\"says\":\"\\\"x\\\"\"}],"
        "\"conn_state\":\"SF\",\"history\":\"ShADadFf\",\"community_id\":\"1:FebCG8yhaqk3JdS1qvFExiljw1U=\"}\n");
}

static void an_unknown_connection(void **state)
{
    (void)state;
    conn_unknown(&conn, &verdict);
    tt_record_json(&conn, &verdict, unit_text_init(&t));
    const char *json = unit_text_string(&t);

    static const char *const parts[] = {
        "\"client\":{\"addr\":\"2001:db8::1\",\"port\":40000}",
        "\"handshake\":{\"syn_to_synack_us\":null,\"synack_to_ack_us\":null,\"syn_retries\":null}",
        "\"options\":{\"mss\":{\"client\":null,\"server\":null},\"window_scale\":{\"client\":null,\"server\":null},\"sack\":null,"
        "\"timestamps\":null,\"ecn\":null,\"fast_open\":null,\"mptcp\":null}",
        "\"form\":null,\"ended_by\":\"unknown\",\"cause\":\"unknown\",\"forged\":null,\"certainty\":null,\"bytes_lost\":null,"
        "\"evidence\":[],",
    };
    for (size_t i = 0; i < COUNT(parts); i++)
        assert_non_null(strstr(json, parts[i]));
}

/* One SYN is enough to know that an option is not in force, but not that it is. */
static void what_one_syn_settles(void **state)
{
    (void)state;
    conn_web(&conn, &verdict);
    conn.side[TT_CLIENT].syn.frame = 0;
    conn.side[TT_CLIENT].offers = 0;
    conn.side[TT_SERVER].offers = TT_HAS_MSS;
    tt_record_json(&conn, &verdict, unit_text_init(&t));
    assert_non_null(strstr(unit_text_string(&t), "\"mss\":{\"client\":null,\"server\":1440},"));
    assert_non_null(strstr(unit_text_string(&t), "\"sack\":false,\"timestamps\":false,\"ecn\":null,\"fast_open\":null"));
    assert_non_null(strstr(unit_text_string(&t), "\"syn_to_synack_us\":null,\"synack_to_ack_us\":73,"));
}

/* The fields of a line of CSV, quotes respected; the line must end with CR LF. */
static unsigned csv_fields(const char *line)
{
    unsigned n = 1;
    bool quoted = false;

    for (; *line && (quoted || *line != '\r'); line++) {
        quoted ^= *line == '"';
        n += !quoted && *line == ',';
    }
    assert_string_equal(line, "\r\n");
    return n;
}

static void csv(void **state)
{
    (void)state;
    tt_record_csv_header(unit_text_init(&t));
    const char *header = unit_text_string(&t);
    unsigned n = csv_fields(header);
    assert_memory_equal(header, "id,client.addr,client.port,", 27);
    assert_non_null(strstr(header, ",options.mss.client,options.mss.server,options.window_scale.client,"));
    assert_non_null(strstr(header, ",sent_by_server.rtt_us.samples,ending,"));

    void (*const makers[])(struct tt_conn *, struct tt_verdict *) = {conn_web, conn_unknown, conn_extreme};
    for (size_t i = 0; i < COUNT(makers); i++) {
        makers[i](&conn, &verdict);
        tt_record_csv(&conn, &verdict, unit_text_init(&t));
        assert_int_equal(csv_fields(unit_text_string(&t)), n);
    }
    conn_web(&conn, &verdict);
    tt_record_csv(&conn, &verdict, unit_text_init(&t));
    assert_memory_equal(unit_text_string(&t), "1,192.168.1.7,60722,192.168.1.9,80,handshake,1668962552.176289000,", 66);
    conn_unknown(&conn, &verdict);
    tt_record_csv(&conn, &verdict, unit_text_init(&t));
    assert_non_null(strstr(unit_text_string(&t), ",midstream,,,,,,,,,,,,,0,0,"));
}

/* docs/record.md has a row a key, in the order of the CSV header. */
static void the_documentation_has_every_key(void **state)
{
    static char line[4096], keys[16384];
    char path[4096];
    size_t n = 0;
    (void)state;

    assert_non_null(getenv("TT_SOURCE"));
    snprintf(path, sizeof path, "%s/docs/record.md", getenv("TT_SOURCE"));
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    while (fgets(line, sizeof line, file)) {
        int key_octets;

        if (strncmp(line, "| `", 3) != 0)
            continue;
        key_octets = (int)strcspn(line + 3, "`");
        n += (size_t)snprintf(keys + n, sizeof keys - n, "%s%.*s", n ? "," : "", key_octets, line + 3);
    }
    fclose(file);
    snprintf(keys + n, sizeof keys - n, "\r\n");
    tt_record_csv_header(unit_text_init(&t));
    assert_string_equal(unit_text_string(&t), keys);
}

/* RFC 3174 section 7.3, and lengths around the edge of a block. */
static void sha1(void **state)
{
    static const struct {
        const char *octets;
        size_t times;
        const char *digest;
    } rows[] = {
        {"abc", 1, "a9993e364706816aba3e25717850c26c9cd0d89d"},
        {"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", 1, "84983e441c3bd26ebaae4aa1f95129e5e54670f1"},
        {"a", 1000000, "34aa973cd4c4daa4f61eeb2bdbad27316534016f"},
        {"0123456701234567012345670123456701234567012345670123456701234567", 10, "dea356a2cddd90c7a7ecedc5ebb563934f460452"},
        {"", 0, "da39a3ee5e6b4b0d3255bfef95601890afd80709"},
        {"a", 55, "c1c8bbdc22796e28c0e15163d20899b65621d65a"}, /* the length just fits behind */
        {"a", 56, "c2db330f6083854c99d4b5bfb6e8f29f201be699"}, /* and no longer */
        {"a", 64, "0098ba824b5c16427bd7a1122a5a442a25ec644d"},
    };
    static uint8_t octets[1000000];
    (void)state;

    for (size_t i = 0; i < COUNT(rows); i++) {
        size_t one = strlen(rows[i].octets);
        uint8_t digest[TT_SHA1_OCTETS];

        for (size_t j = 0; j < rows[i].times; j++)
            memcpy(octets + j * one, rows[i].octets, one);
        tt_sha1(octets, one * rows[i].times, digest);
        unit_text_init(&t);
        for (unsigned j = 0; j < sizeof digest; j++)
            tt_text_hex(&t.text, digest[j], 2);
        assert_string_equal(unit_text_string(&t), rows[i].digest);
    }
}

static void community_ids(void **state)
{
    static const struct {
        struct tt_endpoint a, b;
        const char *id;
    } rows[] = {
        /* Corelight's baseline */
        {{{{128, 232, 110, 120}}, 34855, 4}, {{{66, 35, 250, 204}}, 80, 4}, "1:LQU9qZlK+B5F3KDmev6m5PMibrg="},
        /* the rows below: computed apart, by Python's hashlib, from the specification */
        {{{{0x20, 1, 0x0d, 0xb8, [15] = 1}}, 40000, 6},
         {{{0x20, 1, 0x0d, 0xb8, [15] = 2}}, 443, 6},
         "1:RYG3Msb11GthNt1OYXJouPzmrvA="},
        {{{{127, 0, 0, 1}}, 5000, 4},
         {{{127, 0, 0, 1}}, 80, 4},
         "1:FCx8WNNKcB1IALH/+VHHqEe6L/k="}, /* one address: the ports decide */
        {{{{127, 0, 0, 1}}, 80, 4}, {{{127, 0, 0, 1}}, 80, 4}, "1:fIDbyK7a7a6sKdFrKTpzX9bw/iw="},
    };
    (void)state;

    for (size_t i = 0; i < COUNT(rows); i++) {
        char id[TT_COMMUNITY_ID_OCTETS];

        tt_community_id(&rows[i].a, &rows[i].b, id);
        assert_memory_equal(id, rows[i].id, sizeof id);
        tt_community_id(&rows[i].b, &rows[i].a, id);
        assert_memory_equal(id, rows[i].id, sizeof id);
    }
}

static int print_records(bool json)
{
    void (*const makers[])(struct tt_conn *, struct tt_verdict *) = {conn_web, conn_unknown, conn_extreme};

    unit_text_init(&t);
    if (!json)
        tt_record_csv_header(&t.text);
    for (size_t i = 0; i < COUNT(makers); i++) {
        makers[i](&conn, &verdict);
        if (json)
            tt_record_json(&conn, &verdict, &t.text);
        else
            tt_record_csv(&conn, &verdict, &t.text);
    }
    fputs(unit_text_string(&t), stdout);
    return ferror(stdout) || t.text.failed;
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_known_connection),
        cmocka_unit_test(an_unknown_connection),
        cmocka_unit_test(what_one_syn_settles),
        cmocka_unit_test(csv),
        cmocka_unit_test(the_documentation_has_every_key),
        cmocka_unit_test(sha1),
        cmocka_unit_test(community_ids),
    };

    if (argc > 1)
        return print_records(strcmp(argv[1], "json") == 0);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
