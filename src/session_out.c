#include "session_out.h"

#include <string.h>

#include "base/path.h"
#include "cli.h"
#include "driver/pause.h"
#include "json_out.h"
#include "quantity.h"
#include "realize_run.h"

#define LISTED_OUTPUTS 5

static const char *const print_names[] = {"rref", "path", "dref", "json"};

json_t *session_own_json(const struct realize_run *r)
{
    const char *link =
        r->link ? path_join(&r->cli->driver.arena, r->cli->driver.cwd, r->link) : NULL;
    json_t *own = json_pack("{s:s?, s:b, s:s, s:b}", "link", link, "one", r->one, "print",
                            print_names[r->print], "timestamp", r->timestamp);
    // A link that is not UTF-8 makes it null, which pause_at reports.
    return own;
}

void session_read_own(struct realize_run *r, const json_t *own)
{
    const struct args *args = &r->cli->args;
    const char *link = json_string_value(json_object_get(own, "link"));
    const char *print = json_string_value(json_object_get(own, "print"));
    r->link = link ? arena_strdup(&r->cli->driver.arena, link) : NULL;
    r->one = json_is_true(json_object_get(own, "one"));
    r->timestamp = json_is_true(json_object_get(own, "timestamp"));
    bool said = args_has(args, "json") || args_has(args, "print");
    for (size_t i = 0; !said && print && i < LEN(print_names); i++)
        if (strcmp(print, print_names[i]) == 0) r->print = (enum print)i;
}

json_t *session_json(struct session *s)
{
    char time[QUANTITY_TIME_SIZE];
    json_t *outputs = json_array(), *targets = json_array();
    for (unsigned i = 0; i < s->outputs; i++)
        json_array_append_new(outputs, json_string(session_out(s, i)));
    size_t i;
    const json_t *argument;
    json_array_foreach(json_object_get(s->front, "arguments"), i, argument)
        json_array_append(targets, (json_t *)argument);
    return json_pack("{s:s, s:s, s:o, s:s, s:o, s:s, s:s, s:o}", "build",
                     path_join(&s->arena, s->folder, "build"), "dref", s->dref.p, "made",
                     json_out_refs(&s->made), "name", s->name, "outputs", outputs, "paused",
                     quantity_utc_time(s->time_ns, time), "stage", s->stage.p, "targets", targets);
}

// One text, so that no other message comes between its lines.
static void say_what_to_do(struct cli *cli, struct session *s)
{
    struct buf text = BUF_INIT;
    buf_printf(&text, "paused at `" STR_FMT "`, session `%s`\n", STR_ARG(s->stage), s->name);
    if (s->outputs == 1) {
        buf_printf(&text, "  its output is to be made in %s\n", session_out(s, 0));
    } else {
        buf_printf(&text, "  its %u outputs are to be made in\n", s->outputs);
        for (unsigned i = 0; i < s->outputs && i < LISTED_OUTPUTS; i++)
            buf_printf(&text, "    %s\n", session_out(s, i));
        if (s->outputs > LISTED_OUTPUTS) buf_addz(&text, "    …\n");
    }
    const struct {
        const char *command;
        const char *option;
        const char *does;
    } rows[] = {
        {"shell", "", "work there, in the realizer's environment"},
        {"continue", "", "go on with what $out holds"},
        {"continue", " --default", "go on with the realizer"},
        {"continue", " --rref RREF", "go on with another realization"},
        {"cancel", "", "drop it"},
    };
    size_t width = strlen("continue") + strlen(" --rref RREF");
    for (size_t i = 0; i < LEN(rows); i++)
        buf_printf(&text, "  %s%s %s%s%*s  %s\n", cli->say, rows[i].command, s->name,
                   rows[i].option, (int)(width - strlen(rows[i].command) - strlen(rows[i].option)),
                   "", rows[i].does);
    cli_say(cli, "%.*s", (int)text.len - 1, text.p);
    buf_free(&text);
}

void session_announce(struct realize_run *r, struct session *s)
{
    struct cli *cli = r->cli;
    if (!cli->json_errors) say_what_to_do(cli, s);
    if (r->print == PRINT_JSON)
        json_out(cli, session_json(s));
    else
        buf_printf(&cli->out, "%s\n", s->name);
}

bool session_inside(struct cli *cli, const char *name)
{
    if (session_exists(&cli->driver.store, name)) return true;
    struct diag *d = diag_error(&cli->driver.sink, SPAN_NONE, "E0831",
                                "the session `%s`, which this shell is of, has ended", name);
    diag_help(d, "leave the shell, or name another session");
    return false;
}
