/* SPDX-License-Identifier: BSD-2-Clause */
/* tell_table.c - the connection table at several widths: to the letter where it matters, and never wider than the terminal. */
#include "unit.h"

#include "conns.h"
#include <tcptale/tell.h>

#define COUNT(rows) (sizeof(rows) / sizeof((rows)[0]))

static struct tt_conn conn;
static struct tt_verdict verdict;
static struct unit_text t;

static const char *ssh_or_http(void *ctx, uint16_t port)
{
    (void)ctx;
    return port == 22 ? "ssh" : port == 80 ? "http" : NULL;
}

static const char *a_host(void *ctx, const struct tt_endpoint *endpoint)
{
    (void)ctx;
    return endpoint->port == 80 ? "a-rather-long-name\033[31m.of.a.host.example.net" : NULL;
}

static const char *in_chinese(void *ctx, const char *english)
{
    (void)ctx;
    return strcmp(english, "client closed") == 0 ? "客户端关闭" : strcmp(english, "ending") == 0 ? "结束" : english;
}

static void conn_reset_midstream(struct tt_conn *c, struct tt_verdict *v)
{
    conn_unknown(c, v);
    v->ending = TT_ENDING_RESET;
    c->reset = true;
    c->resetter = TT_SERVER;
}

static const char *table(struct tt_style *style)
{
    void (*const makers[])(struct tt_conn *, struct tt_verdict *) = {conn_web, conn_unknown, conn_reset_midstream, conn_extreme};

    tt_table_header(style, unit_text_init(&t));
    for (size_t i = 0; i < COUNT(makers); i++) {
        makers[i](&conn, &verdict);
        tt_table_row(&conn, &verdict, style, &t.text);
    }
    return unit_text_string(&t);
}

static void at_100_columns(void **state)
{
    struct tt_style style = {.service = ssh_or_http};
    (void)state;

    assert_string_equal(table(&style),
                        "     # client → server                           when         for  sent  rcvd  ending\n"
                        "     1 192.168.1.7:60722 → 192.168.1.9:80 (http) 16:42:32   172ms    42  1.2M  client closed\n"
                        "     2 [2001:db8::1]:40000 → [2001:…:ffff]:65535 16:42:32      0s     0     0  still open, no SYN\n"
                        "     2 [2001:db8::1]:40000 → [2001:…:ffff]:65535 16:42:32      0s     0     0  reset (server's name)\n"
                        "18446744073709551615 [fff…ff]:65535 → [200…ff]:65535  00:06:21  10675…   18E   18E  third party res…\n");
}

static void at_other_widths(void **state)
{
    static const struct {
        unsigned columns;
        const char *row; /* of conn_web */
    } rows[] = {
        {60, "     1 1…7:60722 → 192….9:80    172ms    42  1.2M  client c…\n"},
        {80, "     1 192.168.1.7:60722 → 192.168.1.9:80     172ms    42  1.2M  client closed\n"},
        {120, "     1 192.168.1.7:60722 → 192.168.1.9:80 (http)            16:42:32.176   172ms    42  1.2M  client closed\n"},
        {200,
         "     1 192.168.1.7:60722 → 192.168.1.9:80 (http)"
         "                                                                      16:42:32.176   172ms    42  1.2M  client closed\n"},
    };
    (void)state;

    conn_web(&conn, &verdict);
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct tt_style style = {.columns = rows[i].columns, .service = ssh_or_http};
        tt_table_row(&conn, &verdict, &style, unit_text_init(&t));
        assert_string_equal(unit_text_string(&t), rows[i].row);
    }
}

/* Every line of a table, and where its columns begin. */
static void no_line_is_wider(const char *lines, unsigned columns)
{
    while (*lines) {
        size_t n = strcspn(lines, "\n");

        if (tt_text_width(lines, n) > columns)
            print_error("%u: %.*s\n", columns, (int)n, lines);
        assert_true(tt_text_width(lines, n) <= columns);
        assert_true(n == 0 || lines[n - 1] != ' ');
        lines += n + 1;
    }
}

static void no_line_is_wider_than_the_terminal(void **state)
{
    (void)state;
    for (unsigned columns = 60; columns <= 250; columns++)
        for (unsigned variant = 0; variant < 8; variant++) {
            struct tt_style style = {
                .columns = columns,
                .ascii = variant & 1,
                .service = variant & 2 ? ssh_or_http : NULL,
                .host = variant & 4 ? a_host : NULL,
            };
            no_line_is_wider(table(&style), columns);
        }
}

static void ascii_has_nothing_else(void **state)
{
    struct tt_style style = {.ascii = true, .service = ssh_or_http, .host = a_host};
    (void)state;

    for (const char *c = table(&style); *c; c++)
        assert_true((*c >= ' ' && *c <= '~') || *c == '\n');
}

static void colours(void **state)
{
    struct tt_style style = {.colour = true};
    (void)state;

    const char *text = table(&style);
    assert_non_null(strstr(text, "  client closed\n")); /* a good ending has none */
    assert_non_null(strstr(text, "\033[33mstill open, no SYN\033[0m\n"));
    assert_non_null(strstr(text, "\033[31mreset (server's name)\033[0m\n"));
}

static void in_another_language(void **state)
{
    struct tt_style style = {.tongue = {.say = in_chinese}};
    (void)state;

    const char *text = table(&style);
    assert_non_null(strstr(text, "  结束\n"));
    assert_non_null(strstr(text, "  客户端关闭\n"));
    no_line_is_wider(text, 100);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(at_100_columns),
        cmocka_unit_test(at_other_widths),
        cmocka_unit_test(no_line_is_wider_than_the_terminal),
        cmocka_unit_test(ascii_has_nothing_else),
        cmocka_unit_test(colours),
        cmocka_unit_test(in_another_language),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
