// plxc store instantiate and commit: the plumbing that lets other programs drive the store.
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/io.h"
#include "base/path.h"
#include "cli.h"
#include "cmd.h"
#include "copy_tree.h"
#include "engine/engine.h"
#include "ref_arg.h"
#include "session_out.h"
#include "store/commit.h"
#include "store/config.h"
#include "store/instantiate.h"
#include "store/lock.h"
#include "store/query.h"
#include "store/ref.h"
#include "store/root.h"

// The whole of a file, or of standard input for "-".
static bool read_all(struct cli *cli, const char *file, struct str *text)
{
    struct driver *d = &cli->driver;
    struct buf bytes = BUF_INIT;
    int err = strcmp(file, "-") == 0 ? io_read_fd(STDIN_FILENO, SOURCE_MAX_BYTES, &bytes)
                                     : io_read_any(AT_FDCWD, file, SOURCE_MAX_BYTES, &bytes);
    if (err < 0)
        diag_error(&d->sink, SPAN_NONE, "E1006", "cannot read `%s`: %s", file, strerror(-err));
    *text = arena_str(&d->arena, buf_str(&bytes));
    buf_free(&bytes);
    return err >= 0;
}

static bool read_config(struct cli *cli, const char *file, struct config *config)
{
    struct driver *d = &cli->driver;
    struct str text;
    if (!read_all(cli, file, &text)) return false;
    if (config_parse(config, &d->arena, d->hasher, text, SPAN_NONE, &d->sink)) return true;
    if (strcmp(file, "-") == 0)
        diag_note(d->sink.last, "it was read from standard input");
    else
        diag_note(d->sink.last, "it is in `%s`", file);
    return false;
}

int cmd_store_instantiate(struct cli *cli)
{
    struct driver *d = &cli->driver;
    struct config config;
    if (!cli_open_store(cli, 0) || !read_config(cli, cli->args.rest.at[0], &config))
        return cli_status(cli);
    for (size_t i = 0; i < config.dep_count; i++) {
        if (query_exists(&d->store, config.deps[i])) continue;
        struct diag *diag =
            diag_error(&d->sink, SPAN_NONE, "E0702", "the store has no derivation " STR_FMT,
                       STR_ARG(config.deps[i]));
        diag_note(diag, "the config depends on it");
        diag_help(diag, "instantiate dependencies first");
        return cli_status(cli);
    }
    struct instantiate_item item = {config.dref, config.text};
    if (!root_temp_add(&d->store, &config.dref, 1, &d->sink) ||
        !instantiate_many(&d->store, &item, 1, NULL, &d->sink))
        return cli_status(cli);
    buf_printf(&cli->out, STR_FMT "\n", STR_ARG(config.dref));
    return cli_finish(cli);
}

static bool names_earlier(const struct context_entry *e, size_t at)
{
    for (size_t i = 0; i < at; i++)
        if (str_eq(e->rrefs[i], e->rrefs[at])) return true;
    return false;
}

// The context is complete and names nothing else: what it holds are realizations of the
// derivation's dependencies.
static bool check_context(struct cli *cli, const struct config *config,
                          const struct context *context)
{
    struct driver *d = &cli->driver;
    for (size_t i = 0; i < config->dep_count; i++) {
        if (context_find(context, config->deps[i])) continue;
        struct diag *diag =
            diag_error(&d->sink, SPAN_NONE, "E1016",
                       "the context does not say which realizations of " STR_FMT " were used",
                       STR_ARG(config->deps[i]));
        diag_help(diag, "`--context FILE` takes {\"" STR_FMT "\": [\"rref:…\"], …}",
                  STR_ARG(config->deps[i]));
        return false;
    }
    for (size_t i = 0; i < context->len; i++) {
        const struct context_entry *e = &context->at[i];
        bool known = false;
        for (size_t k = 0; k < config->dep_count; k++)
            known = known || str_eq(config->deps[k], e->dref);
        if (!known) {
            diag_error(&d->sink, SPAN_NONE, "E1016",
                       STR_FMT " is in the context, but is no direct dependency", STR_ARG(e->dref));
            return false;
        }
        for (size_t k = 0; k < e->count; k++) {
            if (names_earlier(e, k)) {
                diag_error(&d->sink, SPAN_NONE, "E1016", STR_FMT " is in the context twice",
                           STR_ARG(e->rrefs[k]));
                return false;
            }
            struct rref r;
            struct dref of;
            bool good = rref_parse(e->rrefs[k], &r) == REF_OK;
            if (good) of = rref_dref(&r);
            if (good && str_eqz(e->dref, of.text) && query_exists(&d->store, e->rrefs[k])) continue;
            diag_error(&d->sink, SPAN_NONE, "E1016",
                       "the store has no realization " STR_FMT " of " STR_FMT, STR_ARG(e->rrefs[k]),
                       STR_ARG(e->dref));
            return false;
        }
    }
    return true;
}

// Do all dependencies agree on what was chosen for those that they share? E0713.
static bool has_one_meaning(struct cli *cli, const struct context *context)
{
    struct driver *d = &cli->driver;
    struct context complete;
    struct context_memo memo = CONTEXT_MEMO_INIT;
    bool good = context_complete(&memo, &d->store, context, &d->arena, &complete, &d->sink);
    context_memo_free(&memo);
    return good;
}

static bool read_context(struct cli *cli, const struct config *config, struct context *out)
{
    struct driver *d = &cli->driver;
    const char *file = args_value(&cli->args, "context");
    *out = (struct context){0};
    struct str text;
    if (file &&
        (!read_all(cli, file, &text) || !context_parse(out, &d->arena, text, file, &d->sink)))
        return false;
    return check_context(cli, config, out) && has_one_meaning(cli, out);
}

static bool commit_folder(struct cli *cli, const struct config *config,
                          const struct context *context, const char *tmp, int64_t start)
{
    struct driver *d = &cli->driver;
    const char *out = path_join(&d->arena, tmp, "out");
    const char *folder = cli->args.rest.at[1];
    char hash[HASH_HEX_SIZE];
    struct buf text = BUF_INIT;
    context_write(context, &text);
    bool copied = copy_tree(folder, &d->store, out, buf_str(&text), d->hasher, hash, &d->sink);
    buf_free(&text);
    if (!copied) return false;
    struct commit_request request = {
        .dref = config->dref,
        .context = context,
        .promises = config->promises,
        .promise_count = config->promise_count,
        .check_promises = true,
        .out = out,
        .start_ns = start,
        .hash = hash,
    };
    struct commit commit;
    if (!commit_prepare(&d->store, &request, d->hasher, &d->arena, &commit, &d->sink) ||
        !commit_publish(&d->store, &commit, 1, &d->sink) || !store_sync(&d->store, &d->sink))
        return false;
    buf_printf(&cli->out, "%s\n", commit.rref.text);
    return true;
}

// The engine that runs a realizer holds the lock of its derivation, so this would wait for ever.
static bool refuse_nested(struct cli *cli)
{
    bool inside = !getenv(SESSION_VARIABLE); // as in realize_run_begin
    return engine_refuse_nested(&cli->driver.store, inside ? getenv("PLX_DREF") : NULL,
                                inside ? getenv("PLX_STORE") : NULL, "commit to",
                                &cli->driver.sink);
}

int cmd_store_commit(struct cli *cli)
{
    struct driver *d = &cli->driver;
    struct ref_arg ref;
    const char *text = cli->args.rest.at[0];
    int64_t start = io_now_ns();
    if (!ref_arg_parse(cli, text, &ref)) return cli_status(cli);
    if (*ref.path || !ref_is_dref(ref.ref)) {
        diag_error(&d->sink, SPAN_NONE, "E1017", "`%s` is no derivation", text);
        return cli_status(cli);
    }
    struct str config_text;
    struct config config;
    struct context context;
    char tmp[STORE_TMP_SIZE];
    struct lock lock = LOCK_INIT;
    if (!query_config(&d->store, &d->arena, ref.ref, &config_text, &d->sink) ||
        !config_scan(&config, &d->arena, d->hasher, config_text, SPAN_NONE, &d->sink) ||
        !read_context(cli, &config, &context) || !refuse_nested(cli) ||
        !store_writable(&d->store, &d->sink) || !root_temp_add(&d->store, &ref.ref, 1, &d->sink) ||
        lock_wait(&d->store, ref.ref, &lock, &d->sink) != LOCK_TAKEN)
        return cli_status(cli);
    if (store_tmp_new(&d->store, "commit", tmp, &d->sink)) {
        (void)!commit_folder(cli, &config, &context, tmp, start);
        store_tmp_remove(&d->store, tmp);
    }
    lock_release(&d->store, &lock);
    return cli_finish(cli);
}
