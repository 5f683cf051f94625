#include "completion.h"

#include <string.h>

#include "options.h"

// Text inside single quotes of a POSIX shell (and of fish, which wants another escape).
static void quoted(struct buf *out, const char *text, const char *escape)
{
    for (const char *c = text; *c; c++) {
        if (*c == '\'')
            buf_addz(out, escape);
        else
            buf_addc(out, *c);
    }
}

static void words_of(struct buf *out, const char *choices)
{
    for (const char *c = choices; *c; c++) buf_addc(out, *c == '|' ? ' ' : *c);
}

// The first words of commands, each group once, parted by blanks.
static void first_words(struct buf *out)
{
    size_t count;
    const struct command *all = commands(&count);
    for (size_t i = 0; i < count; i++) {
        size_t len = strcspn(all[i].name, " ");
        bool seen = all[i].name[len] && i && strncmp(all[i - 1].name, all[i].name, len + 1) == 0;
        if (!seen) buf_printf(out, "%s%.*s", i ? " " : "", (int)len, all[i].name);
    }
}

static bool in_group(const char *name, struct str group)
{
    return strncmp(name, group.p, group.len) == 0 && name[group.len] == ' ';
}

// What may follow the name of a group, each word once.
static void next_words(struct buf *out, struct str group)
{
    size_t count, n = 0;
    const struct command *all = commands(&count);
    for (size_t i = 0; i < count; i++) {
        if (!in_group(all[i].name, group)) continue;
        const char *word = all[i].name + group.len + 1;
        size_t len = strcspn(word, " ");
        bool seen =
            word[len] && i && strncmp(all[i - 1].name, all[i].name, group.len + len + 2) == 0;
        if (!seen) buf_printf(out, "%s%.*s", n++ ? " " : "", (int)len, word);
    }
}

static const char *bash_action(enum complete complete)
{
    switch (complete) {
    case COMPLETE_FILE: return "_plxc_files";
    case COMPLETE_DIR: return "_plxc_dirs";
    case COMPLETE_PLX: return "_plxc_plx";
    case COMPLETE_REF: return "_plxc_refs";
    case COMPLETE_SESSION: return "_plxc_words \"$(plxc sessions 2>/dev/null | cut -d' ' -f1)\"";
    case COMPLETE_COMMAND: return "_plxc_words \"$commands\"";
    case COMPLETE_NONE:
    case COMPLETE_CHOICE: break;
    }
    return ":";
}

// One arm of the case over "COMMAND --option" for each option that takes a value.
static void bash_values(struct buf *out, const char *command, const struct option *o, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (o[i].kind == OPTION_FLAG) continue;
        buf_printf(out, "    %s\" --%s\"", command, o[i].name);
        if (o[i].letter) buf_printf(out, " | %s\" -%c\"", command, o[i].letter);
        buf_addz(out, ") ");
        if (o[i].complete == COMPLETE_CHOICE) {
            buf_addz(out, "_plxc_words '");
            words_of(out, o[i].value);
            buf_addz(out, "'");
        } else {
            buf_addz(out, bash_action(o[i].complete));
        }
        buf_addz(out, " ;;\n");
    }
}

static void bash_option_names(struct buf *out, const struct option *o, size_t count)
{
    for (size_t i = 0; i < count; i++)
        buf_printf(out, " --%s%s", o[i].name, o[i].kind == OPTION_VALUE ? "=" : "");
}

// Does the word behind this option belong to it? As a case pattern: all options with a value, with
// their letters.
static void bash_taking(struct buf *out)
{
    size_t count, common_count;
    const struct command *all = commands(&count);
    const struct option *common = common_options(&common_count);
    buf_addz(out, "_plxc_takes() {\n    case $1 in\n");
    for (size_t i = 0; i <= count; i++) {
        const struct option *o = i < count ? all[i].options : common;
        size_t n = i < count ? all[i].option_count : common_count;
        const char *name = i < count ? all[i].name : "*";
        for (size_t k = 0; k < n; k++) {
            if (o[k].kind != OPTION_VALUE) continue;
            if (i < count)
                buf_printf(out, "    \"%s --%s\"", name, o[k].name);
            else
                buf_printf(out, "    *\" --%s\"", o[k].name);
            if (o[k].letter && i < count) buf_printf(out, " | \"%s -%c\"", name, o[k].letter);
            if (o[k].letter && i == count) buf_printf(out, " | *\" -%c\"", o[k].letter);
            buf_addz(out, ") return 0 ;;\n");
        }
    }
    buf_addz(out, "    esac\n    return 1\n}\n\n");
}

static const char bash_helpers[] =
    "# plxc completion for bash\n\n"
    "# COMP_WORDBREAKS parts words at `=` and `:`; what stands before the last of them is taken "
    "off.\n"
    "_plxc_words() { COMPREPLY=($(compgen -W \"$1\" -- \"$cur\")); }\n"
    "_plxc_files() { compopt -o filenames; COMPREPLY=($(compgen -f -- \"$cur\")); }\n"
    "_plxc_dirs() { compopt -o filenames; COMPREPLY=($(compgen -d -- \"$cur\")); }\n"
    "_plxc_plx() {\n"
    "    compopt -o filenames\n"
    "    COMPREPLY=($(compgen -f -X '!*.plx' -- \"$cur\") $(compgen -d -- \"$cur\"))\n"
    "}\n"
    "_plxc_refs() {\n"
    "    local IFS=$'\\n' colon=${cur%\"${cur##*:}\"}\n"
    "    case $cur in\n"
    "    d*) COMPREPLY=($(compgen -W \"$(plxc store ls 2>/dev/null)\" -- \"$cur\")) ;;\n"
    "    esac\n"
    "    [ -n \"$colon\" ] && COMPREPLY=(\"${COMPREPLY[@]#\"$colon\"}\")\n"
    "    [ ${#COMPREPLY[@]} -gt 0 ] || _plxc_files\n"
    "}\n\n";

static const char bash_main_top[] =
    "_plxc() {\n"
    "    local cur= command= option= word i words=() options=()\n"
    "    COMPREPLY=()\n"
    "    # Glue what readline parted: `--print`, `=`, `pa` are one word, so are `dref`, `:`, "
    "`3f`.\n"
    "    for ((i = 0; i <= COMP_CWORD; i++)); do\n"
    "        word=${COMP_WORDS[i]}\n"
    "        if ((i > 1)) && [[ $word == [=:]* || ${COMP_WORDS[i - 1]} == *[=:] ]]; then\n"
    "            words[${#words[@]} - 1]+=$word\n"
    "        else\n"
    "            words+=(\"$word\")\n"
    "        fi\n"
    "    done\n"
    "    cur=${words[${#words[@]} - 1]}\n"
    "    for ((i = 1; i < ${#words[@]} - 1; i++)); do\n"
    "        word=${words[i]}\n"
    "        option=\n"
    "        case $word in\n"
    "        -*) _plxc_takes \"$command $word\" && { option=$word; ((i++)); } ;;\n"
    "        *)\n"
    "            if [ -z \"$command\" ]; then command=$word\n"
    "            elif _plxc_is_group \"$command\"; then command=\"$command $word\"\n"
    "            fi\n"
    "            ;;\n"
    "        esac\n"
    "    done\n"
    "    # An option whose value is the word that is being typed.\n"
    "    ((i == ${#words[@]})) || option=\n"
    "    case $cur in\n"
    "    --*=*) option=${cur%%=*} cur=${cur#*=} ;;\n"
    "    esac\n";

static void bash_groups(struct buf *out)
{
    struct str groups[COMMAND_GROUPS_MAX];
    size_t n = command_groups(groups, LEN(groups));
    buf_addz(out, "_plxc_is_group() {\n    case $1 in\n    ");
    for (size_t i = 0; i < n; i++)
        buf_printf(out, "%s'" STR_FMT "'", i ? " | " : "", STR_ARG(groups[i]));
    buf_addz(out, ") return 0 ;;\n    esac\n    return 1\n}\n\n");
}

static void bash_next_words(struct buf *out)
{
    struct str groups[COMMAND_GROUPS_MAX];
    size_t n = command_groups(groups, LEN(groups));
    for (size_t i = 0; i < n; i++) {
        buf_printf(out, "    '" STR_FMT "') _plxc_words '", STR_ARG(groups[i]));
        next_words(out, groups[i]);
        buf_addz(out, "' ;;\n");
    }
}

void completion_bash(struct buf *out)
{
    size_t count, common_count;
    const struct command *all = commands(&count);
    const struct option *common = common_options(&common_count);
    buf_addz(out, bash_helpers);
    bash_taking(out);
    bash_groups(out);
    buf_addz(out, bash_main_top);
    buf_addz(out, "    local commands='");
    first_words(out);
    buf_addz(out, "'\n    if [ -n \"$option\" ]; then\n    case \"$command $option\" in\n");
    for (size_t i = 0; i < count; i++) {
        struct buf name = BUF_INIT;
        buf_printf(&name, "\"%s\"", all[i].name);
        bash_values(out, buf_z(&name), all[i].options, all[i].option_count);
        buf_free(&name);
    }
    bash_values(out, "*", common, common_count);
    buf_addz(out, "    esac\n    return\n    fi\n    if [[ $cur == -* ]]; then\n"
                  "    local names='");
    bash_option_names(out, common, common_count);
    buf_addz(out, "'\n    case $command in\n");
    for (size_t i = 0; i < count; i++) {
        if (!all[i].option_count) continue;
        buf_printf(out, "    '%s') names+='", all[i].name);
        bash_option_names(out, all[i].options, all[i].option_count);
        buf_addz(out, "' ;;\n");
    }
    buf_addz(out, "    esac\n    _plxc_words \"$names\"\n"
                  "    [[ ${COMPREPLY[0]} == *= ]] && compopt -o nospace\n    return\n    fi\n"
                  "    case $command in\n    '') _plxc_words \"$commands\" ;;\n");
    bash_next_words(out);
    for (size_t i = 0; i < count; i++) {
        if (all[i].complete == COMPLETE_NONE) continue;
        buf_printf(out, "    '%s') ", all[i].name);
        if (all[i].complete == COMPLETE_CHOICE) {
            buf_addz(out, "_plxc_words '");
            words_of(out, all[i].choices);
            buf_addz(out, "'");
        } else {
            buf_addz(out, bash_action(all[i].complete));
        }
        buf_addz(out, " ;;\n");
    }
    buf_addz(out, "    esac\n}\ncomplete -F _plxc plxc\n");
}

// In a spec of _arguments, brackets and colons would end the description.
static void zsh_text(struct buf *out, const char *text)
{
    for (const char *c = text; *c; c++) {
        if (*c == '[' || *c == ']' || *c == ':' || *c == '\\') buf_addc(out, '\\');
        if (*c == '\'')
            buf_addz(out, "'\\''");
        else
            buf_addc(out, *c);
    }
}

static void zsh_action(struct buf *out, enum complete complete, const char *choices)
{
    switch (complete) {
    case COMPLETE_FILE: buf_addz(out, "_files"); return;
    case COMPLETE_DIR: buf_addz(out, "_files -/"); return;
    case COMPLETE_PLX: buf_addz(out, "_files -g \"*.plx\""); return;
    case COMPLETE_REF: buf_addz(out, "_plxc_refs"); return;
    case COMPLETE_SESSION: buf_addz(out, "_plxc_sessions"); return;
    case COMPLETE_COMMAND: buf_addz(out, "_plxc_commands"); return;
    case COMPLETE_CHOICE:
        buf_addc(out, '(');
        words_of(out, choices);
        buf_addc(out, ')');
        return;
    case COMPLETE_NONE: return;
    }
}

static void zsh_options(struct buf *out, const struct option *o, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const char *suffix = o[i].kind == OPTION_VALUE   ? "="
                             : o[i].kind == OPTION_MAYBE ? "=-"
                                                         : "";
        for (int k = o[i].letter ? 0 : 1; k < 2; k++) {
            buf_addz(out, " \\\n            '*");
            if (k)
                buf_printf(out, "--%s%s[", o[i].name, suffix);
            else
                buf_printf(out, "-%c%s[", o[i].letter, o[i].kind == OPTION_VALUE ? "+" : "");
            zsh_text(out, o[i].doc);
            buf_addc(out, ']');
            if (o[i].kind != OPTION_FLAG) {
                buf_addz(out, o[i].kind == OPTION_MAYBE ? "::" : ":");
                zsh_text(out, o[i].value);
                buf_addc(out, ':');
                zsh_action(out, o[i].complete, o[i].value);
            }
            buf_addc(out, '\'');
        }
    }
}

// "name:summary" for each word that may follow a group (an empty one: the first words).
static void zsh_words(struct buf *out, struct str group)
{
    size_t count;
    const struct command *all = commands(&count);
    struct str groups[COMMAND_GROUPS_MAX];
    size_t n = command_groups(groups, LEN(groups)), skip = group.len ? group.len + 1 : 0;
    for (size_t i = 0; i < count; i++) {
        if (group.len && !in_group(all[i].name, group)) continue;
        if (strchr(all[i].name + skip, ' ')) continue;
        buf_printf(out, "\n        '%s:", all[i].name + skip);
        quoted(out, all[i].summary, "'\\''");
        buf_addc(out, '\'');
    }
    for (size_t i = 0; i < n; i++) {
        if (group.len && (groups[i].len <= group.len || !in_group(groups[i].p, group))) continue;
        struct str word = {groups[i].p + skip, groups[i].len - skip};
        if (memchr(word.p, ' ', word.len)) continue;
        buf_printf(out, "\n        '" STR_FMT ":%s'", STR_ARG(word),
                   command_group_summary(groups[i]));
    }
}

// One function for each group, and one that takes the words of groups off.
static void zsh_groups(struct buf *out)
{
    struct str groups[COMMAND_GROUPS_MAX];
    size_t n = command_groups(groups, LEN(groups));
    for (size_t i = 0; i < n; i++) {
        buf_addz(out, "_plxc_in_");
        for (size_t k = 0; k < groups[i].len; k++)
            buf_addc(out, groups[i].p[k] == ' ' ? '_' : groups[i].p[k]);
        buf_addz(out, "() {\n    local -a names=(");
        zsh_words(out, groups[i]);
        buf_addz(out, ")\n    _describe command names\n}\n\n");
    }
    buf_addz(out, "_plxc() {\n"
                  "    local curcontext=$curcontext state line name group\n"
                  "    _arguments -C '1: :_plxc_commands' '*:: :->rest' && return\n"
                  "    name=$words[1]\n"
                  "    for group in");
    for (size_t i = 0; i < n; i++) buf_printf(out, " '" STR_FMT "'", STR_ARG(groups[i]));
    buf_addz(out, "; do\n"
                  "        [[ $name == $group ]] || continue\n"
                  "        if (( CURRENT == 2 )); then _plxc_in_${group// /_}; return; fi\n"
                  "        name=\"$name $words[2]\"\n        shift words\n"
                  "        (( CURRENT-- ))\n    done\n    case $name in\n");
}

void completion_zsh(struct buf *out)
{
    size_t count, common_count;
    const struct command *all = commands(&count);
    const struct option *common = common_options(&common_count);
    buf_addz(out, "#compdef plxc\n\n_plxc_refs() {\n"
                  "    local -a refs=(${(f)\"$(plxc store ls 2>/dev/null)\"})\n"
                  "    compadd -a refs\n    _files\n}\n\n_plxc_sessions() {\n"
                  "    local -a names=(${${(f)\"$(plxc sessions 2>/dev/null)\"}%% *})\n"
                  "    compadd -a names\n}\n\n_plxc_commands() {\n    local -a names=(");
    zsh_words(out, STR(""));
    buf_addz(out, ")\n    _describe command names\n}\n\n");
    zsh_groups(out);
    for (size_t i = 0; i < count; i++) {
        buf_printf(out, "    '%s')\n        _arguments -s", all[i].name);
        zsh_options(out, all[i].options, all[i].option_count);
        zsh_options(out, common, common_count);
        if (all[i].max_args) {
            buf_addz(out, " \\\n            '*:argument:");
            zsh_action(out, all[i].complete, all[i].choices);
            buf_addc(out, '\'');
        }
        buf_addz(out, " ;;\n");
    }
    buf_addz(out, "    esac\n}\n\n_plxc \"$@\"\n");
}

static void fish_text(struct buf *out, const char *text)
{
    buf_addc(out, '\'');
    quoted(out, text, "\\'");
    buf_addc(out, '\'');
}

static void fish_arguments(struct buf *out, enum complete complete, const char *choices)
{
    switch (complete) {
    case COMPLETE_FILE: buf_addz(out, " -F"); return;
    case COMPLETE_DIR: buf_addz(out, " -f -a '(__fish_complete_directories)'"); return;
    case COMPLETE_PLX: buf_addz(out, " -f -a '(__fish_complete_suffix .plx)'"); return;
    case COMPLETE_REF: buf_addz(out, " -F -a '(plxc store ls 2>/dev/null)'"); return;
    case COMPLETE_SESSION:
        buf_addz(out, " -f -a '(plxc sessions 2>/dev/null | string split -f1 \" \")'");
        return;
    case COMPLETE_COMMAND:
        buf_addz(out, " -f -a '");
        first_words(out);
        buf_addz(out, "'");
        return;
    case COMPLETE_CHOICE:
        buf_addz(out, " -f -a '");
        words_of(out, choices);
        buf_addz(out, "'");
        return;
    case COMPLETE_NONE: buf_addz(out, " -f"); return;
    }
}

static void fish_options(struct buf *out, const char *command, const struct option *o, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        buf_addz(out, "complete -c plxc");
        if (command) buf_printf(out, " -n '__plxc_command \"%s\"'", command);
        if (o[i].letter) buf_printf(out, " -s %c", o[i].letter);
        buf_printf(out, " -l %s -d ", o[i].name);
        fish_text(out, o[i].doc);
        if (o[i].kind == OPTION_VALUE) {
            buf_addz(out, " -r");
            fish_arguments(out, o[i].complete, o[i].value);
        }
        buf_addc(out, '\n');
    }
}

static const char fish_helpers_top[] =
    "# plxc completion for fish\n\n"
    "# Is this the command on the line? Words of a group count together: \"store ls\".\n"
    "function __plxc_command\n"
    "    set -l words (commandline -opc)[2..-1]\n"
    "    set words (string match -v -- '-*' $words)\n"
    "    set -l name \"$words[1]\"\n"
    "    for group in";
static const char fish_helpers_bottom[] =
    "\n"
    "        if test \"$name\" = \"$group\"; and set -q words[2]\n"
    "            set name \"$name $words[2]\"\n"
    "            set -e words[2]\n"
    "        end\n"
    "    end\n"
    "    test \"$name\" = \"$argv[1]\"\n"
    "end\n\n"
    "complete -c plxc -f\n";

// Offers the last word of a name behind the others.
static void fish_word(struct buf *out, struct str name, const char *summary)
{
    size_t before = name.len;
    while (before && name.p[before - 1] != ' ') before--;
    buf_printf(out, "complete -c plxc -n '__plxc_command \"%.*s\"' -a %.*s -d ",
               before ? (int)before - 1 : 0, name.p, (int)(name.len - before), name.p + before);
    fish_text(out, summary);
    buf_addc(out, '\n');
}

void completion_fish(struct buf *out)
{
    size_t count, common_count;
    const struct command *all = commands(&count);
    const struct option *common = common_options(&common_count);
    struct str groups[COMMAND_GROUPS_MAX];
    size_t n = command_groups(groups, LEN(groups));
    buf_addz(out, fish_helpers_top);
    for (size_t i = 0; i < n; i++) buf_printf(out, " '" STR_FMT "'", STR_ARG(groups[i]));
    buf_addz(out, fish_helpers_bottom);
    fish_options(out, NULL, common, common_count);
    for (size_t i = 0; i < n; i++) fish_word(out, groups[i], command_group_summary(groups[i]));
    for (size_t i = 0; i < count; i++) {
        fish_word(out, str_from(all[i].name), all[i].summary);
        fish_options(out, all[i].name, all[i].options, all[i].option_count);
        if (all[i].complete != COMPLETE_NONE) {
            buf_printf(out, "complete -c plxc -n '__plxc_command \"%s\"'", all[i].name);
            fish_arguments(out, all[i].complete, all[i].choices);
            buf_addc(out, '\n');
        }
    }
}
