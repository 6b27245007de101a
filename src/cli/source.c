/* SPDX-License-Identifier: BSD-2-Clause */
/* source.c - the packets that the command line names, one by one; and the -w file beside them. */
#include "cli/source.h"

#include <inttypes.h>
#include <stdio.h>
#include <unistd.h>

#include "base/rare.h"
#include "cli/interrupt.h"
#include "cli/output.h"
#include "cli/progress.h"
#include "cli/rights.h"
#include "cli/spool.h"

/* How many packets between two looks at the clock. */
#define PROGRESS_PACKETS 32768

/* ---- opening ------------------------------------------------------------------------------------------------------------------
 */

/* The name under which a file that has none can be opened again. */
static const char *spool_path(const struct cli_source *source)
{
    static char path[40];

    (void)snprintf(path, sizeof path, "/proc/self/fd/%d", source->spool_fd);
    return path;
}

static int open_interface(struct cli_source *source)
{
    const struct cli_settings *settings = source->settings;
    const struct tt_live_options options = {
        .interface = settings->interface,
        .filter = settings->filter,
        .snap_length = (uint32_t)settings->snap_length,
        .buffer_kib = (uint32_t)settings->buffer_kib,
        .not_promiscuous = settings->not_promiscuous,
        .immediate = settings->immediate,
    };

    source->live = source->streaming = true;
    return tt_capture_open_live(&options, tt_system_alloc(), &source->capture, &source->error);
}

static int open_file(struct cli_source *source, bool twice)
{
    const char *path = source->settings->read;
    bool whole = cli_spool_needless(path);

    source->streaming = !whole;
    if (!whole)
        cli_interrupt_catch(NULL);
    if (twice && !whole) {
        int err = source->spool_fd = cli_spool_input(path, &source->error);

        return err < 0 ? err : tt_capture_open_fd(source->spool_fd, path, tt_system_alloc(), &source->capture, &source->error);
    }
    return tt_capture_open(path, tt_system_alloc(), &source->capture, &source->error);
}

static int open_filter(struct cli_source *source)
{
    /* The kernel filters what is live. */
    if (!source->settings->filter || source->live)
        return 0;
    return tt_filter_new(source->settings->filter, tt_system_alloc(), &source->filter, &source->error);
}

static int open_writer(struct cli_source *source)
{
    struct tt_capture_facts facts;

    if (!source->settings->write)
        return 0;
    if (tt_capture_reads(source->capture, source->settings->write)) {
        source->error.code = TT_ERR_MISUSE;
        (void)snprintf(source->error.text, sizeof source->error.text, "-w %s is the capture that is read; write to another file",
                       source->settings->write);
        return TT_ERR_MISUSE;
    }
    tt_capture_facts(source->capture, &facts);
    return tt_writer_open(source->settings->write, TT_FILE_BY_NAME, facts.nanoseconds, tt_system_alloc(), &source->writer,
                          &source->error);
}

static int open_spool(struct cli_source *source)
{
    int err = source->spool_fd = cli_spool_new(&source->error);

    if (err >= 0)
        err = tt_writer_open(spool_path(source), TT_FILE_PCAPNG, true, tt_system_alloc(), &source->spool, &source->error);
    return err;
}

static int give_up_rights(struct cli_source *source)
{
    if (source->live)
        return cli_rights_drop_live(source->settings->user, &source->error);
    cli_rights_drop_file();
    return 0;
}

static int open_all(struct cli_source *source, bool twice)
{
    int err = 0;

    /* A filter that makes no sense is found before a file is overwritten or a pipe is read. */
    if (source->settings->read)
        err = open_filter(source);
    if (!err)
        err = source->settings->read ? open_file(source, twice) : open_interface(source);
    if (!err)
        err = open_writer(source);
    if (!err && twice && source->live)
        err = open_spool(source);
    if (!err && !source->beside)
        err = give_up_rights(source);
    return err;
}

/* As tcpdump does: from here on nothing is missed. */
static void say_listening(const struct cli_source *source)
{
    struct tt_capture_facts facts;

    tt_capture_facts(source->capture, &facts);
    (void)fprintf(stderr, "listening on %s, end with Ctrl-C\n", facts.path);
}

static int open_source(struct cli_source *source, bool twice)
{
    if (open_all(source, twice)) {
        source->failed = true;
        return cli_source_close(source);
    }
    return 0;
}

int cli_source_open_beside(const struct cli_settings *settings, struct cli_source *ret)
{
    *ret = (struct cli_source){
        .settings = settings,
        .most = UINT64_MAX,
        .beside = true,
        .timing = true,
        .pass = 2,
        .again = 3,
        .passes = 4,
        .spool_fd = -1,
    };
    return open_source(ret, true);
}

int cli_source_open(const struct cli_settings *settings, bool twice, struct cli_source *ret)
{
    unsigned passes = settings->other_side ? 4 : twice ? 2 : 1;
    int status;

    *ret = (struct cli_source){
        .settings = settings,
        .most = settings->count ? settings->count : UINT64_MAX,
        .pass = 1,
        .again = passes,
        .passes = passes,
        .timing = settings->other_side != NULL,
        .spool_fd = -1,
    };
    status = open_source(ret, twice);
    if (status)
        return status;
    if (ret->streaming)
        cli_interrupt_catch(ret->capture);
    if (ret->live)
        say_listening(ret);
    if (!ret->streaming)
        cli_progress_begin(ret->capture, 1, ret->passes);
    return 0;
}

/* ---- reading ------------------------------------------------------------------------------------------------------------------
 */

static int end(struct cli_source *source, int result)
{
    if (result < 0 && result != TT_ERR_INTERRUPTED && !source->failed) {
        const struct tt_error *error = tt_capture_error(source->capture);

        source->failed = true;
        source->error = *error;
    }
    return 0;
}

void cli_source_fail(struct cli_source *source, int code)
{
    /* What is wrong with standard output is said as it is closed. */
    if (source->failed || code >= 0 || code == TT_ERR_SINK)
        return;
    source->failed = true;
    source->error.code = code;
    (void)snprintf(source->error.text, sizeof source->error.text, "%s", tt_error_words(code));
}

bool cli_source_pointless(const struct cli_source *source)
{
    return !source->writer && cli_output_failed();
}

void cli_source_tick(struct cli_source *source)
{
    source->ticks = source->live;
    if (source->ticks)
        cli_interrupt_tick();
}

static bool passes(struct cli_source *source, const struct tt_frame *frame)
{
    int passed = tt_filter_match(source->filter, frame);

    if (passed < 0)
        cli_source_fail(source, passed);
    return passed > 0;
}

static void note_time(struct cli_source *source, tt_ns time)
{
    if (!source->timed || time < source->earliest)
        source->earliest = time;
    if (!source->timed || time > source->latest)
        source->latest = time;
    source->timed = true;
}

TT_RARE static int no_packet(struct cli_source *source, int got)
{
    return got == TT_ERR_INTERRUPTED && source->ticks && !cli_interrupted() ? CLI_TICK : end(source, got);
}

/* The next packet of the capture: 1, 0 at the end, CLI_TICK. */
static inline int next(struct cli_source *source, struct tt_frame *ret)
{
    int got = tt_capture_next(source->capture, ret);

    if (got < 1)
        return no_packet(source, got);
    if (source->timing)
        note_time(source, ret->time);
    if (ret->number % PROGRESS_PACKETS == 0)
        cli_progress_show();
    return got;
}

TT_RARE static int next_that_passes(struct cli_source *source, struct tt_frame *ret)
{
    int got;

    do {
        got = next(source, ret);
    } while (got == 1 && !passes(source, ret) && !source->failed);
    return source->failed ? 0 : got;
}

TT_RARE static void spool(struct cli_source *source, const struct tt_frame *frame)
{
    if (tt_writer_put(source->spool, frame, &source->error) < 0)
        source->failed = true;
}

int cli_source_next(struct cli_source *source, struct tt_frame *ret)
{
    if (source->failed || source->passed == source->most)
        return 0;
    int got = source->filter ? next_that_passes(source, ret) : next(source, ret);
    if (got != 1)
        return got;
    if (source->passed++ == 0)
        source->first = ret->time;
    source->last = ret->time;
    if (source->spool)
        spool(source, ret);
    return 1;
}

/*
 * The spooled packets of a live capture take the interface's place, through the descriptor: the user that we have become may not
 * open a file of root's again.
 */
static int read_spool(struct cli_source *source)
{
    struct tt_capture *live = source->capture;
    int err = tt_writer_close(source->spool, TT_LINK_ETHERNET, &source->error);

    source->spool = NULL;
    if (!err && lseek(source->spool_fd, 0, SEEK_SET) != 0)
        err = TT_ERR_SYSTEM;
    if (!err)
        err =
            tt_capture_open_fd(source->spool_fd, source->settings->interface, tt_system_alloc(), &source->capture, &source->error);
    cli_interrupt_catch(NULL);
    tt_capture_free(live);
    if (err)
        source->capture = NULL;
    return err;
}

int cli_source_again(struct cli_source *source)
{
    int err;

    /* A damaged file is read again up to where the damage is; other errors end the work. */
    if (source->failed && source->error.code != TT_ERR_FORMAT)
        return 0;
    err = source->spool ? read_spool(source) : tt_capture_rewind(source->capture);
    if (err) {
        if (!source->spool && source->capture)
            cli_source_fail(source, err);
        source->failed = true;
        return 0;
    }
    source->failed = source->ticks = false;
    source->passed = 0;
    cli_progress_begin(source->streaming ? NULL : source->capture, source->again, source->passes);
    return 1;
}

/* ---- writing ------------------------------------------------------------------------------------------------------------------
 */

void cli_source_write(struct cli_source *source, const struct tt_segment *segment)
{
    if (source->failed || !source->writer)
        return;
    cli_fragments_take(&source->fragments, segment);
    if (tt_writer_put(source->writer, segment->frame, &source->error) < 0 ||
        (source->settings->packet_buffered && tt_writer_flush(source->writer, &source->error) < 0))
        source->failed = true;
}

void cli_source_write_fragment(struct cli_source *source, const struct tt_segment *segment)
{
    if (source->writer && cli_fragments_belongs(&source->fragments, segment))
        cli_source_write(source, segment);
}

/* ---- closing ------------------------------------------------------------------------------------------------------------------
 */

static void close_writer(struct cli_source *source)
{
    struct tt_capture_interface interface = {.link = TT_LINK_ETHERNET};
    struct tt_capture_facts facts = {.interfaces = 0};
    struct tt_error error;

    if (source->capture)
        tt_capture_facts(source->capture, &facts);
    if (facts.interfaces)
        tt_capture_interface(source->capture, 0, &interface);
    if (tt_writer_close(source->writer, interface.link, &error) >= 0 || source->failed)
        return;
    source->failed = true;
    source->error = error;
}

int cli_source_close(struct cli_source *source)
{
    cli_progress_end();
    if (source->streaming)
        cli_interrupt_catch(NULL);
    if (source->writer)
        close_writer(source);
    if (source->capture)
        tt_capture_free(source->capture);
    if (source->filter)
        tt_filter_free(source->filter);
    if (source->spool_fd >= 0)
        (void)close(source->spool_fd);
    if (!source->failed)
        return CLI_DONE;
    cli_complain("%s", source->error.text);
    return CLI_FAILED;
}

void cli_source_say_counts(struct cli_source *source)
{
    struct tt_capture_facts facts;

    tt_capture_facts(source->capture, &facts);
    (void)fprintf(stderr, "%" PRIu64 " packets captured", source->passed);
    if (facts.dropped != UINT64_MAX)
        (void)fprintf(stderr, ", %" PRIu64 " dropped by the kernel", facts.dropped);
    (void)fputc('\n', stderr);
}
