// The commands: src/cmd_NAME.c has one function, which gives the exit status. Mistakes go to
// cli->driver.sink; a command that returns through cli_status needs not decide what they mean for
// the exit status.
#pragma once

struct cli;

int cmd_cancel(struct cli *cli);
int cmd_check(struct cli *cli);
int cmd_completion(struct cli *cli);
int cmd_continue(struct cli *cli);
int cmd_diff(struct cli *cli);
int cmd_doc(struct cli *cli);
int cmd_eval(struct cli *cli);
int cmd_explain(struct cli *cli);
int cmd_fmt(struct cli *cli);
int cmd_graph(struct cli *cli);
int cmd_help(struct cli *cli);
int cmd_init(struct cli *cli);
int cmd_instantiate(struct cli *cli);
int cmd_lens(struct cli *cli);
int cmd_log(struct cli *cli);
int cmd_realize(struct cli *cli);
int cmd_repl(struct cli *cli);
int cmd_sessions(struct cli *cli);
int cmd_shell(struct cli *cli);
int cmd_show(struct cli *cli);
int cmd_store_cat(struct cli *cli);
int cmd_store_commit(struct cli *cli);
int cmd_store_context(struct cli *cli);
int cmd_store_deps(struct cli *cli);
int cmd_store_du(struct cli *cli);
int cmd_store_find(struct cli *cli);
int cmd_store_gc(struct cli *cli);
int cmd_store_reindex(struct cli *cli);
int cmd_store_init(struct cli *cli);
int cmd_store_instantiate(struct cli *cli);
int cmd_store_ls(struct cli *cli);
int cmd_store_path(struct cli *cli);
int cmd_store_rdeps(struct cli *cli);
int cmd_store_rm(struct cli *cli);
int cmd_store_root_add(struct cli *cli);
int cmd_store_root_ls(struct cli *cli);
int cmd_store_root_rm(struct cli *cli);
int cmd_store_verify(struct cli *cli);
int cmd_test(struct cli *cli);
int cmd_why(struct cli *cli);
