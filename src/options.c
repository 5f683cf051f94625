#include "options.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/str.h"

#define MAX_SUGGESTIONS 64

struct parser {
    struct args *args;
    struct diag_sink *sink;
    char **argv;
    int argc;
    int at;
};

void args_free(struct args *args)
{
    vec_free(&args->given);
    vec_free(&args->rest);
}

const struct command *command_find(const char *name)
{
    size_t count;
    const struct command *all = commands(&count);
    for (size_t i = 0; i < count; i++)
        if (strcmp(all[i].name, name) == 0) return &all[i];
    return NULL;
}

bool command_is_group(const char *name)
{
    size_t count, len = strlen(name);
    const struct command *all = commands(&count);
    for (size_t i = 0; i < count; i++)
        if (strncmp(all[i].name, name, len) == 0 && all[i].name[len] == ' ') return true;
    return false;
}

size_t command_groups(struct str *out, size_t max)
{
    size_t count, n = 0;
    const struct command *all = commands(&count);
    for (size_t i = 0; i < count; i++) {
        for (const char *blank = strchr(all[i].name, ' '); blank; blank = strchr(blank + 1, ' ')) {
            size_t len = (size_t)(blank - all[i].name);
            bool seen = i && strncmp(all[i - 1].name, all[i].name, len + 1) == 0;
            if (!seen && n < max) out[n++] = (struct str){all[i].name, len};
        }
    }
    return n;
}

const char *args_peek(int argc, char **argv, const char *name)
{
    size_t len = strlen(name);
    const char *found = NULL;
    for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++) {
        if (strncmp(argv[i], "--", 2) != 0 || strncmp(argv[i] + 2, name, len) != 0) continue;
        const char *end = argv[i] + 2 + len;
        if (*end == '=') found = end + 1;
        if (*end == '\0' && i + 1 < argc) found = argv[i + 1];
    }
    return found;
}

// The option of the command, or of all commands; before the command is known, of all commands only.
static const struct option *find_option(const struct command *c, struct str name, char letter)
{
    size_t count;
    const struct option *common = common_options(&count);
    for (size_t k = 0; k < 2; k++) {
        const struct option *at = k ? common : c ? c->options : NULL;
        size_t n = k ? count : c ? c->option_count : 0;
        for (size_t i = 0; i < n; i++)
            if (letter ? at[i].letter == letter : str_eqz(name, at[i].name)) return &at[i];
    }
    return NULL;
}

static void usage_help(struct diag *d, const struct command *c)
{
    if (c) {
        diag_note(d, "usage: plxc %s%s%s%s", c->name, c->option_count ? " [OPTION…]" : "",
                  *c->arguments ? " " : "", c->arguments);
        diag_help(d, "`plxc %s --help` lists its options", c->name);
    } else {
        diag_help(d, "`plxc help` lists the commands");
    }
}

static void unknown_option(struct parser *p, struct str shown, struct str name)
{
    const struct command *c = p->args->command;
    struct diag *d;
    if (c)
        d = diag_error(p->sink, SPAN_NONE, "E1002", "`plxc %s` has no option `" STR_FMT "`",
                       c->name, STR_ARG(shown));
    else
        d = diag_error(p->sink, SPAN_NONE, "E1002",
                       "there is no option `" STR_FMT "` before a command", STR_ARG(shown));
    struct str names[MAX_SUGGESTIONS];
    size_t count = 0, common_count;
    const struct option *common = common_options(&common_count);
    for (size_t i = 0; c && i < c->option_count && count < LEN(names); i++)
        names[count++] = str_from(c->options[i].name);
    for (size_t i = 0; i < common_count && count < LEN(names); i++)
        names[count++] = str_from(common[i].name);
    struct str near = name.len ? diag_nearest(name, names, count) : STR("");
    if (near.len) diag_help(d, "did you mean `--" STR_FMT "`?", STR_ARG(near));
    usage_help(d, c);
}

static bool is_choice(const char *choices, struct str value)
{
    for (const char *at = choices; *at;) {
        size_t len = strcspn(at, "|");
        if (str_eq(value, (struct str){at, len})) return true;
        at += len + (at[len] == '|');
    }
    return false;
}

static bool check_choice(struct parser *p, const char *what, const char *choices, const char *value)
{
    if (is_choice(choices, str_from(value))) return true;
    struct diag *d = diag_error(p->sink, SPAN_NONE, "E1004", "%s cannot be `%s`", what, value);
    struct str words[16];
    size_t count = 0;
    struct buf list = BUF_INIT;
    for (const char *at = choices; *at && count < LEN(words);) {
        size_t len = strcspn(at, "|");
        bool last = !at[len];
        if (count) buf_addz(&list, last ? " or " : ", ");
        buf_printf(&list, "`%.*s`", (int)len, at);
        words[count++] = (struct str){at, len};
        at += len + !last;
    }
    diag_note(d, "it is %s", buf_z(&list));
    diag_suggest(d, str_from(value), words, count);
    buf_free(&list);
    return false;
}

static bool has_choices(const struct option *o)
{
    return o->value && strchr(o->value, '|');
}

static void give(struct parser *p, const struct option *o, const char *value)
{
    if (strcmp(o->name, "help") == 0) p->args->help = true;
    if (strcmp(o->name, "version") == 0) p->args->version = true;
    if (value && has_choices(o)) {
        char what[80];
        snprintf(what, sizeof what, "`--%s`", o->name);
        if (!check_choice(p, what, o->value, value)) return;
    }
    vec_push(&p->args->given, (struct given){o, value});
}

static bool take_value(struct parser *p, const struct option *o, const char *shown)
{
    if (p->at < p->argc) {
        give(p, o, p->argv[p->at++]);
        return true;
    }
    struct diag *d = diag_error(p->sink, SPAN_NONE, "E1003", "`%s` needs a value", shown);
    diag_help(d, "`--%s=%s`: %s", o->name, o->value, o->doc);
    return false;
}

static void parse_long(struct parser *p, const char *word)
{
    const char *equals = strchr(word, '=');
    struct str shown = {word, equals ? (size_t)(equals - word) : strlen(word)};
    struct str name = {word + 2, shown.len - 2};
    const struct option *o = find_option(p->args->command, name, 0);
    if (!o) {
        unknown_option(p, shown, name);
        return;
    }
    if (o->kind == OPTION_FLAG && equals) {
        struct diag *d = diag_error(p->sink, SPAN_NONE, "E1003", "`--%s` takes no value", o->name);
        diag_note(d, "it was given `%s`", equals + 1);
        diag_help(d, "write `--%s`: %s", o->name, o->doc);
    } else if (o->kind == OPTION_VALUE && !equals) {
        (void)take_value(p, o, word);
    } else {
        give(p, o, equals ? equals + 1 : NULL);
    }
}

static void parse_short(struct parser *p, const char *word)
{
    for (const char *c = word + 1; *c; c++) {
        const struct option *o = find_option(p->args->command, STR(""), *c);
        char shown[3] = {'-', *c, 0};
        if (!o) {
            // `-rebuild` was most likely meant as `--rebuild`; a code point may have several bytes,
            // so the word is shown whole then.
            bool whole = c == word + 1 && c[1];
            unknown_option(p, str_from(whole ? word : shown), str_from(whole ? word + 1 : ""));
            return;
        }
        if (o->kind == OPTION_VALUE) {
            if (c[1])
                give(p, o, c[1] == '=' ? c + 2 : c + 1);
            else
                (void)take_value(p, o, shown);
            return;
        }
        give(p, o, NULL);
    }
}

void args_unknown_command(const char *name, struct diag_sink *sink)
{
    struct diag *d = diag_error(sink, SPAN_NONE, "E1001", "there is no command `plxc %s`", name);
    size_t count;
    const struct command *all = commands(&count);
    struct str names[MAX_SUGGESTIONS];
    size_t n = 0;
    for (size_t i = 0; i < count && n < LEN(names); i++) names[n++] = str_from(all[i].name);
    struct str near = diag_nearest(str_from(name), names, n);
    size_t len = strlen(name);
    if (near.len) {
        diag_help(d, "did you mean `plxc " STR_FMT "`?", STR_ARG(near));
    } else if (len > 4 && strcmp(name + len - 4, ".plx") == 0) {
        diag_help(d, "to realize the stages of that file: `plxc realize %s`", name);
    }
    diag_help(d, "`plxc help` lists the commands");
}

// `store` alone is no command: says which there are.
static void missing_subcommand(struct parser *p, const char *group)
{
    struct diag *d =
        diag_error(p->sink, SPAN_NONE, "E1001", "`plxc %s` needs the name of a command", group);
    size_t count, len = strlen(group);
    const struct command *all = commands(&count);
    for (size_t i = 0; i < count; i++)
        if (strncmp(all[i].name, group, len) == 0 && all[i].name[len] == ' ')
            diag_note(d, "`plxc %s`: %s", all[i].name, all[i].summary);
    diag_help(d, "`plxc help` lists the commands");
}

// Takes the word as the command, together with those behind it as long as they open a group.
static bool parse_command(struct parser *p, const char *word)
{
    char name[COMMAND_NAME_SIZE];
    snprintf(name, sizeof name, "%s", word);
    while (command_is_group(name)) {
        const char *next = p->at < p->argc ? p->argv[p->at] : NULL;
        if (next && (strcmp(next, "--help") == 0 || strcmp(next, "-h") == 0)) {
            snprintf(p->args->group, sizeof p->args->group, "%s", name);
            p->args->help = true;
            return true;
        }
        if (!next || next[0] == '-') {
            missing_subcommand(p, name);
            return false;
        }
        size_t len = strlen(name);
        snprintf(name + len, sizeof name - len, " %s", next);
        p->at++;
    }
    p->args->command = command_find(name);
    if (p->args->command) return true;
    args_unknown_command(strchr(name, ' ') ? name : word, p->sink);
    return false;
}

static bool check_arguments(struct parser *p)
{
    const struct command *c = p->args->command;
    size_t count = p->args->rest.len;
    struct diag *d;
    if (count < (size_t)c->min_args) {
        const char *last = strrchr(c->arguments, ' ');
        const char *missing = last && c->min_args > 1 && count > 0 ? last + 1 : c->arguments;
        d = diag_error(p->sink, SPAN_NONE, "E1005", "`plxc %s` needs %s", c->name, missing);
    } else if (c->max_args >= 0 && count > (size_t)c->max_args) {
        d = diag_error(p->sink, SPAN_NONE, "E1005", "`plxc %s` takes no argument `%s`", c->name,
                       p->args->rest.at[c->max_args]);
    } else {
        return !c->choices || !count ||
               check_choice(p, "the argument", c->choices, p->args->rest.at[0]);
    }
    usage_help(d, c);
    return false;
}

bool args_parse(struct args *args, int argc, char **argv, struct diag_sink *sink)
{
    struct parser p = {.args = args, .sink = sink, .argv = argv, .argc = argc, .at = 1};
    size_t errors = sink->error_count;
    bool options = true;
    while (p.at < argc) {
        char *word = argv[p.at++];
        if (options && strcmp(word, "--") == 0)
            options = false;
        else if (options && strncmp(word, "--", 2) == 0)
            parse_long(&p, word);
        else if (options && word[0] == '-' && word[1])
            parse_short(&p, word);
        else if (args->command)
            vec_push(&args->rest, word);
        else if (!parse_command(&p, word))
            return false;
    }
    if (args->help || args->version) return sink->error_count == errors;
    if (!args->command) {
        if (sink->error_count == errors) {
            struct diag *d = diag_error(sink, SPAN_NONE, "E1001", "no command was given");
            diag_help(d, "`plxc help` lists the commands");
        }
        return false;
    }
    return sink->error_count == errors && check_arguments(&p);
}

bool args_takes(const struct args *args, const char *name)
{
    return find_option(args->command, str_from(name), 0) != NULL;
}

static const struct option *option_of(const struct args *args, const char *name)
{
    const struct option *o = find_option(args->command, str_from(name), 0);
    if (!o) BUG("`%s` has no option `%s`", args->command ? args->command->name : "plxc", name);
    return o;
}

const struct given *args_next(const struct args *args, const char *name, size_t *at)
{
    const struct option *o = option_of(args, name);
    while (*at < args->given.len) {
        const struct given *g = &args->given.at[(*at)++];
        if (g->option == o) return g;
    }
    return NULL;
}

bool args_has(const struct args *args, const char *name)
{
    size_t at = 0;
    return args_next(args, name, &at) != NULL;
}

const char *args_value(const struct args *args, const char *name)
{
    const char *value = NULL;
    size_t at = 0;
    for (const struct given *g; (g = args_next(args, name, &at));) value = g->value;
    return value;
}

bool args_number_of(const struct given *given, int64_t min, int64_t max, int64_t *out,
                    struct diag_sink *sink)
{
    const struct option *o = given->option;
    const char *text = given->value;
    char *end;
    errno = 0;
    long long n = strtoll(text, &end, 10);
    if (!errno && end != text && !*end && n >= min && n <= max) {
        *out = n;
        return true;
    }
    struct diag *d = diag_error(sink, SPAN_NONE, "E1004", "`--%s` cannot be `%s`", o->name, text);
    if (max == INT64_MAX)
        diag_note(d, "it is a whole number, %lld or more", (long long)min);
    else
        diag_note(d, "it is a whole number from %lld to %lld", (long long)min, (long long)max);
    diag_help(d, "`--%s=%s`: %s", o->name, o->value, o->doc);
    return false;
}

bool args_number(const struct args *args, const char *name, int64_t min, int64_t max,
                 int64_t fallback, int64_t *out, struct diag_sink *sink)
{
    const struct given last = {option_of(args, name), args_value(args, name)};
    *out = fallback;
    return !last.value || args_number_of(&last, min, max, out, sink);
}

bool args_pair(const struct option *option, const char *text, struct str *key, const char **value,
               struct diag_sink *sink)
{
    const char *equals = strchr(text, '=');
    if (equals && equals != text) {
        *key = (struct str){text, (size_t)(equals - text)};
        *value = equals + 1;
        return true;
    }
    struct diag *d =
        diag_error(sink, SPAN_NONE, "E1004", "`--%s` cannot be `%s`", option->name, text);
    diag_note(d, equals ? "there is no name before the `=`" : "there is no `=` in it");
    diag_help(d, "`--%s=%s`: %s", option->name, option->value, option->doc);
    return false;
}
