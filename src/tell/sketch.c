/* SPDX-License-Identifier: BSD-2-Clause */
/* sketch.c - the busiest names in bounded memory; sketch.h has the theory. */
#include "tell/sketch.h"
#include "base/keyhash.h"
#include "base/memory.h"

static size_t sketch_octets(const struct tt_sketch *sketch)
{
    return sizeof *sketch->counters * sketch->sets * TT_SKETCH_WAYS;
}

int tt_sketch_init(struct tt_sketch *sketch, const struct tt_alloc *alloc, uint32_t sets)
{
    assert(sets && (sets & (sets - 1)) == 0);
    *sketch = (struct tt_sketch){.alloc = alloc, .sets = sets};
    sketch->counters = tt_get_zero(alloc, sketch_octets(sketch));
    return sketch->counters ? 0 : TT_ERR_NOMEM;
}

void tt_sketch_done(struct tt_sketch *sketch)
{
    tt_give(sketch->alloc, sketch->counters, sketch_octets(sketch));
    sketch->counters = NULL;
}

/* By address, then port. */
static int compare_names(const struct tt_endpoint *a, const struct tt_endpoint *b)
{
    int order = a->ip_version - b->ip_version;

    if (!order)
        order = memcmp(&a->addr, &b->addr, sizeof a->addr);
    return order ? order : a->port - b->port;
}

static uint64_t hash_of(const struct tt_sketch *sketch, const struct tt_endpoint *name)
{
    uint8_t octets[20];

    memcpy(octets, name->addr.octets, 16);
    octets[16] = name->ip_version;
    octets[17] = (uint8_t)(name->port >> 8);
    octets[18] = (uint8_t)name->port;
    octets[19] = 0;
    return tt_keyhash(sketch->key, octets, sizeof octets);
}

static bool is_name(const struct tt_counter *counter, const struct tt_endpoint *name)
{
    return counter->name.port == name->port && counter->name.ip_version == name->ip_version &&
           memcmp(&counter->name.addr, &name->addr, sizeof name->addr) == 0;
}

/* The counter of a name in its set; when it has none, the smallest, which it may take over; unused ones are 0. */
static struct tt_counter *find(struct tt_counter *set, const struct tt_endpoint *name, uint32_t tag, bool *ret_found)
{
    struct tt_counter *smallest = set;

    for (unsigned i = 0; i < TT_SKETCH_WAYS; i++) {
        if (set[i].tag == tag && is_name(&set[i], name)) {
            *ret_found = true;
            return &set[i];
        }
        smallest = set[i].count < smallest->count ? &set[i] : smallest;
    }
    *ret_found = false;
    return smallest;
}

void tt_sketch_add(struct tt_sketch *sketch, const struct tt_endpoint *name, uint64_t count)
{
    uint64_t hash = hash_of(sketch, name);
    bool found;
    uint32_t tag = (uint32_t)(hash >> 32);
    struct tt_counter *counter = find(sketch->counters + (hash & (sketch->sets - 1)) * TT_SKETCH_WAYS, name, tag, &found);

    if (!found) {
        sketch->replaced |= counter->count > 0;
        counter->name = *name;
        counter->tag = tag;
        counter->error = counter->count;
    }
    counter->count += count;
}

static bool comes_before(const struct tt_counter *a, const struct tt_counter *b)
{
    uint64_t at_least[2] = {a->count - a->error, b->count - b->error};

    return at_least[0] != at_least[1] ? at_least[0] > at_least[1] : compare_names(&a->name, &b->name) < 0;
}

unsigned tt_sketch_top(const struct tt_sketch *sketch, const struct tt_counter **ret, unsigned n)
{
    const struct tt_counter *end = sketch->counters + (size_t)sketch->sets * TT_SKETCH_WAYS;
    unsigned found = 0;

    for (const struct tt_counter *counter = sketch->counters; counter < end; counter++) {
        unsigned place = found;

        if (counter->count == counter->error)
            continue;
        while (place > 0 && comes_before(counter, ret[place - 1]))
            place--;
        if (place == n)
            continue;
        found += found < n;
        memmove(ret + place + 1, ret + place, (found - place - 1) * sizeof *ret);
        ret[place] = counter;
    }
    return found;
}
