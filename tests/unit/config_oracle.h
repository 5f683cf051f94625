// What a config's text holds, found in a parsed tree in the plainest way: what the scanner of
// store/config.c must find, too. Both are written as lines, to be compared.
#pragma once

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/vec.h"
#include "store/config.h"
#include "store/ref.h"

struct oracle {
    VEC(struct str) deps;
    VEC(struct str) rrefs;
    struct buf promises; // one a line: attribute, key, path
};

static void oracle_walk(struct oracle *o, json_t *value, const char *attr, const char *key);

static void oracle_promise(struct oracle *o, json_t *list, const char *attr, const char *key)
{
    bool claim = strcmp(json_string_value(json_array_get(list, 0)), "__claim__") == 0;
    buf_printf(&o->promises, "%s|%s|%s|", claim ? "claim" : "promise", attr, key);
    for (size_t i = 1; i < json_array_size(list); i++) {
        buf_printf(&o->promises, "%s%s", i > 1 ? "/" : "",
                   json_string_value(json_array_get(list, i)));
    }
    buf_addc(&o->promises, '\n');
}

static bool oracle_is_tag(json_t *value)
{
    struct str s = json_slice(value);
    return str_eqz(s, "__promise__") || str_eqz(s, "__claim__");
}

static void oracle_array(struct oracle *o, json_t *list, const char *attr, const char *key)
{
    for (size_t i = 0; i < json_array_size(list); i++) {
        struct buf inner = BUF_INIT, number = BUF_INIT;
        buf_printf(&inner, "%s[%zu]", attr, i);
        buf_printf(&number, "%zu", i);
        oracle_walk(o, json_array_get(list, i), buf_z(&inner), buf_z(&number));
        buf_free(&inner);
        buf_free(&number);
    }
    if (oracle_is_tag(json_array_get(list, 0))) oracle_promise(o, list, attr, key);
}

static int oracle_compare_keys(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void oracle_object(struct oracle *o, json_t *object, const char *attr)
{
    VEC(const char *) keys = {0};
    for (void *i = json_object_iter(object); i; i = json_object_iter_next(object, i)) {
        vec_push(&keys, json_object_iter_key(i));
    }
    if (keys.len) qsort(keys.at, keys.len, sizeof(*keys.at), oracle_compare_keys);
    vec_each (key, &keys) {
        bool plain =
            **key && !strchr("0123456789", **key) &&
            strspn(*key, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789") ==
                strlen(*key);
        struct buf inner = BUF_INIT;
        buf_printf(&inner, "%s%s", attr, *attr ? "." : "");
        json_t *text = json_string(*key);
        if (plain)
            buf_addz(&inner, *key);
        else
            json_compact(&inner, text); // in canonical escapes, as the scanner leaves them
        oracle_walk(o, json_object_get(object, *key), buf_z(&inner), *key);
        json_decref(text);
        buf_free(&inner);
    }
    vec_free(&keys);
}

static void oracle_walk(struct oracle *o, json_t *value, const char *attr, const char *key)
{
    if (json_is_string(value)) {
        struct str s = json_slice(value);
        if (ref_is_dref(s)) vec_push(&o->deps, s);
        if (ref_is_rref(s)) vec_push(&o->rrefs, s);
    } else if (json_is_array(value)) {
        oracle_array(o, value, attr, key);
    } else if (json_is_object(value)) {
        oracle_object(o, value, attr);
    }
}

static int oracle_compare_strs(const void *a, const void *b)
{
    return str_cmp(*(const struct str *)a, *(const struct str *)b);
}

static void oracle_set(struct buf *out, struct str *at, size_t len)
{
    if (len) qsort(at, len, sizeof(*at), oracle_compare_strs);
    for (size_t i = 0; i < len; i++)
        if (i == 0 || !str_eq(at[i], at[i - 1])) buf_printf(out, STR_FMT "\n", STR_ARG(at[i]));
}

// Appends what a config that was parsed as `value` must hold.
static void oracle_expected(struct buf *out, json_t *value)
{
    struct oracle o = {.promises = BUF_INIT};
    oracle_walk(&o, value, "", "");
    oracle_set(out, o.deps.at, o.deps.len);
    oracle_set(out, o.rrefs.at, o.rrefs.len);
    buf_adds(out, buf_str(&o.promises));
    buf_free(&o.promises);
    vec_free(&o.deps);
    vec_free(&o.rrefs);
}

// Appends what was found.
static void oracle_found(struct buf *out, const struct config *c)
{
    for (size_t i = 0; i < c->dep_count; i++) buf_printf(out, STR_FMT "\n", STR_ARG(c->deps[i]));
    for (size_t i = 0; i < c->rref_count; i++) buf_printf(out, STR_FMT "\n", STR_ARG(c->rrefs[i]));
    for (size_t i = 0; i < c->promise_count; i++) {
        const struct config_promise *p = &c->promises[i];
        buf_printf(out, "%s|" STR_FMT "|" STR_FMT "|" STR_FMT "\n", p->claim ? "claim" : "promise",
                   STR_ARG(p->attr), STR_ARG(p->key), STR_ARG(p->path));
    }
}
