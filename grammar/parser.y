// The grammar of plx. Actions only call the constructors of ast_build.h; tokens come from the pump in parse.c, which also recovers from
// errors, so that there is no error symbol here. START_FILE and START_EXPR choose between the two start rules.

%include {
#include <stdlib.h>

#include "syntax/ast_binding.h"
#include "syntax/ast_type.h"
#include "syntax/parse_state.h"

#define YYNOERRORRECOVERY

#define NO_NODE ((struct node){0})
#define NO_TOKEN ((struct token){0})
#define NO_WORD ((struct word){0})
}

%name grammar
%token_prefix GRAMMAR_
%token_type {struct token}
%extra_context {struct parser *p}
%stack_size 0
%stack_overflow { BUG("no memory for the parser's stack"); }
%syntax_error { (void)yymajor; parser_syntax_error(p, TOKEN); }

%token START_FILE START_EXPR.
%token ID INT FLOAT PATH.
%token TRUE FALSE NULL LET IN IF THEN ELSE FN IMPORT FOR WITH.
%token PARAM TYPE TEST ASSERT.
%token STRING_OPEN STRING_TEXT STRING_CLOSE INTERP_OPEN INTERP_CLOSE.
%token LPAREN RPAREN LBRACKET RBRACKET LBRACE RBRACE.
%token COMMA SEMI DOT DOTDOT COLON EQ ARROW FAT_ARROW QUESTION BAR.
%token PIPE OR AND EQEQ NE LT LE GT GE AMP CONCAT PLUS MINUS STAR SLASH PERCENT DEFAULT NOT.

%left PIPE.
%left OR.
%left AND.
%left EQEQ NE LT LE GT GE.
%left AMP.
%left CONCAT.
%left PLUS MINUS.
%left STAR SLASH PERCENT.
%right DEFAULT.
%right NOT.

%default_type {struct node}
%type bindings {struct list}
%type list_items {struct list}
%type item {int}
%type entries {struct list}
%type entry {int}
%type clauses {struct list}
%type clause_for {int}
%type clause_if {int}
%type args {struct list}
%type arglist {struct list}
%type arg {int}
%type params {struct list}
%type paramlist {struct list}
%type param {int}
%type updates {struct list}
%type updatelist {struct list}
%type update {int}
%type path {struct list}
%type pieces {struct list}
%type typefields {struct list}
%type fieldlist {struct list}
%type typefield {int}
%type members {struct list}
%type typepath {struct list}
%type comma {int}
%type type {struct type *}
%type ty {struct type *}
%type annotation {struct type *}
%type result {struct type *}
%type name {struct word}
%type word {struct token}

top ::= START_FILE bindings(L). { p->b.file_bindings = L; }
top ::= START_EXPR expr(E).     { p->b.result = E.expr; }

// Precedences, not a nonterminal for each level: an operand would climb through all of them, which took a third of the parser's time.
// A rule `a ::= b.` without an action passes b's value on.

// ---- bindings

bindings(L) ::= .                  { L = list_empty(&p->b.bindings); }
bindings(L) ::= bindings(B) SEMI.  { L = B; }
bindings(L) ::= bindings(B) binding. { L = B; parser_bound(p, &L, grammar_depth(p->grammar) - 1); }

%type binding {int}
binding ::= ID(N) annotation(T) EQ expr(E).
    { ast_bind_value(&p->b, N, T, E); }
binding ::= ID(N) LPAREN params(P) RPAREN result(T) EQ expr(E).
    { ast_bind_function(&p->b, N, P, T, E); }
binding ::= PARAM(S) ID(N).
    { ast_bind_param(&p->b, S, N, NULL, NO_NODE, N.end); }
binding ::= PARAM(S) ID(N) COLON type(T).
    { ast_bind_param(&p->b, S, N, T, NO_NODE, T->span.end); }
binding ::= PARAM(S) ID(N) annotation(T) EQ expr(E).
    { ast_bind_param(&p->b, S, N, T, E, E.end); }
binding ::= TYPE(S) ID(N) EQ type(T).
    { ast_bind_type(&p->b, S, N, T); }
binding ::= TEST(S) string(N) EQ expr(E).
    { ast_bind_test(&p->b, S, ast_literal(&p->b, N, "the title of a test"), E); }
binding ::= ASSERT(S) expr(C).
    { ast_bind_assert(&p->b, S, C, NO_NODE); }
binding ::= ASSERT(S) expr(C) ELSE expr(E).
    { ast_bind_assert(&p->b, S, C, E); }

annotation(T) ::= .              { T = NULL; }
annotation(T) ::= COLON type(A). { T = A; }
result(T) ::= .                  { T = NULL; }
result(T) ::= ARROW type(A).     { T = A; }

params(L) ::= .                    { L = list_empty(&p->b.params); }
params(L) ::= paramlist(A) comma.  { L = A; }
paramlist(L) ::= param.            { L = list_first(&p->b.params); }
paramlist(L) ::= paramlist(A) COMMA param. { L = A; list_append(&p->b.params, &L); }
param ::= ID(N) annotation(T).     { ast_push_param(&p->b, N, T, NO_NODE); }
param ::= ID(N) annotation(T) EQ expr(E). { ast_push_param(&p->b, N, T, E); }
param ::= DOTDOT(D) ID(N).         { ast_push_param_rest(&p->b, D, N); }

comma ::= .
comma ::= COMMA.

// ---- expressions

expr(E) ::= LET(S) bindings(L) IN expr(B).
    { E = ast_let(&p->b, S, L, B); }
expr(E) ::= IF(S) expr(C) THEN expr(T) ELSE expr(F).
    { E = ast_if(&p->b, S, C, T, F); }
expr(E) ::= FN(S) LPAREN params(P) RPAREN result(T) FAT_ARROW expr(B).
    { E = ast_fn(&p->b, S.start, P, T, B); }
expr ::= op.

op(E) ::= op(A) PIPE(O) op(B).    { E = ast_binary(&p->b, A, O, BINARY_PIPE, B); }
op(E) ::= op(A) OR(O) op(B).      { E = ast_binary(&p->b, A, O, BINARY_OR, B); }
op(E) ::= op(A) AND(O) op(B).     { E = ast_binary(&p->b, A, O, BINARY_AND, B); }
op(E) ::= op(A) EQEQ(O) op(B).    { E = ast_binary(&p->b, A, O, BINARY_EQ, B); }
op(E) ::= op(A) NE(O) op(B).      { E = ast_binary(&p->b, A, O, BINARY_NE, B); }
op(E) ::= op(A) LT(O) op(B).      { E = ast_binary(&p->b, A, O, BINARY_LT, B); }
op(E) ::= op(A) LE(O) op(B).      { E = ast_binary(&p->b, A, O, BINARY_LE, B); }
op(E) ::= op(A) GT(O) op(B).      { E = ast_binary(&p->b, A, O, BINARY_GT, B); }
op(E) ::= op(A) GE(O) op(B).      { E = ast_binary(&p->b, A, O, BINARY_GE, B); }
op(E) ::= op(A) AMP(O) op(B).     { E = ast_binary(&p->b, A, O, BINARY_UNION, B); }
op(E) ::= op(A) CONCAT(O) op(B).  { E = ast_binary(&p->b, A, O, BINARY_CONCAT, B); }
op(E) ::= op(A) PLUS(O) op(B).    { E = ast_binary(&p->b, A, O, BINARY_ADD, B); }
op(E) ::= op(A) MINUS(O) op(B).   { E = ast_binary(&p->b, A, O, BINARY_SUB, B); }
op(E) ::= op(A) STAR(O) op(B).    { E = ast_binary(&p->b, A, O, BINARY_MUL, B); }
op(E) ::= op(A) SLASH(O) op(B).   { E = ast_binary(&p->b, A, O, BINARY_DIV, B); }
op(E) ::= op(A) PERCENT(O) op(B). { E = ast_binary(&p->b, A, O, BINARY_MOD, B); }
op(E) ::= op(A) DEFAULT(O) op(B). { E = ast_binary(&p->b, A, O, BINARY_DEFAULT, B); }
op(E) ::= MINUS(O) op(A). [NOT]   { E = ast_unary(&p->b, O, UNARY_NEG, A); }
op(E) ::= NOT(O) op(A).           { E = ast_unary(&p->b, O, UNARY_NOT, A); }
op ::= post.

post(E) ::= post(A) DOT name(N).                    { E = ast_field(&p->b, A, N); }
post(E) ::= post(A) LBRACKET expr(I) RBRACKET(C).   { E = ast_index(&p->b, A, I, C); }
post(E) ::= post(A) LPAREN args(L) RPAREN(C).       { E = ast_call(&p->b, A, L, C); }
post(E) ::= post(A) WITH LBRACE updates(L) RBRACE(C). { E = ast_with(&p->b, A, L, C); }

post(E) ::= ID(T).     { E = ast_simple(&p->b, T, EXPR_NAME); }
post(E) ::= INT(T).    { E = ast_int(&p->b, T); }
post(E) ::= FLOAT(T).  { E = ast_float(&p->b, T); }
post(E) ::= TRUE(T).   { E = ast_simple(&p->b, T, EXPR_BOOL); }
post(E) ::= FALSE(T).  { E = ast_simple(&p->b, T, EXPR_BOOL); }
post(E) ::= NULL(T).   { E = ast_simple(&p->b, T, EXPR_NULL); }
post(E) ::= PATH(T).   { E = ast_simple(&p->b, T, EXPR_PATH); }
post ::= string.
post(E) ::= IMPORT(S) LPAREN(O) args(L) RPAREN(C). { E = ast_import(&p->b, S, O, L, C); }
post(E) ::= LPAREN(O) expr(A) RPAREN(C).           { E = ast_parens(&p->b, O, A, C); }

post(E) ::= LBRACKET(O) RBRACKET(C).
    { E = ast_list(&p->b, O, list_empty(&p->b.items), C); }
post(E) ::= LBRACKET(O) list_items(L) comma RBRACKET(C).
    { E = ast_list(&p->b, O, L, C); }
post(E) ::= LBRACKET(O) item clauses(L) RBRACKET(C).
    { E = ast_list_comp(&p->b, O, L, C); }
post(E) ::= LBRACE(O) RBRACE(C).
    { E = ast_record(&p->b, O, list_empty(&p->b.entries), C); }
post(E) ::= LBRACE(O) entries(L) comma RBRACE(C).
    { E = ast_record(&p->b, O, L, C); }
post(E) ::= LBRACE(O) entry clauses(L) RBRACE(C).
    { E = ast_record_comp(&p->b, O, L, C); }

list_items(L) ::= item.                      { L = list_first(&p->b.items); }
list_items(L) ::= list_items(A) COMMA item.  { L = A; list_append(&p->b.items, &L); }
item ::= expr(E).            { ast_push_item(&p->b, E, false); }
item ::= DOTDOT expr(E).     { ast_push_item(&p->b, E, true); }

entries(L) ::= entry.                    { L = list_first(&p->b.entries); }
entries(L) ::= entries(A) COMMA entry.   { L = A; list_append(&p->b.entries, &L); }
entry ::= ID(T).                               { ast_push_entry_shorthand(&p->b, T); }
entry ::= name(N) annotation(T) EQ expr(E).    { ast_push_entry_field(&p->b, N, T, E); }
entry ::= LBRACKET(O) expr(K) RBRACKET EQ expr(E). { ast_push_entry_computed(&p->b, O, K, E); }
entry ::= DOTDOT(D) expr(E).                   { ast_push_entry_spread(&p->b, D, E); }

clauses(L) ::= clause_for.             { L = list_first(&p->b.clauses); }
clauses(L) ::= clauses(A) clause_for.  { L = A; list_append(&p->b.clauses, &L); }
clauses(L) ::= clauses(A) clause_if.   { L = A; list_append(&p->b.clauses, &L); }
clause_for ::= FOR(S) ID(A) IN expr(E).             { ast_push_clause_for(&p->b, S, A, NO_TOKEN, E); }
clause_for ::= FOR(S) ID(A) COMMA ID(B) IN expr(E). { ast_push_clause_for(&p->b, S, A, B, E); }
clause_if ::= IF(S) expr(E).                        { ast_push_clause_if(&p->b, S, E); }

args(L) ::= .                      { L = list_empty(&p->b.args); }
args(L) ::= arglist(A) comma.      { L = A; }
arglist(L) ::= arg.                { L = list_first(&p->b.args); }
arglist(L) ::= arglist(A) COMMA arg. { L = A; list_append(&p->b.args, &L); }
arg ::= expr(E).                   { ast_push_arg(&p->b, NO_WORD, E); }
arg ::= word(N) EQ expr(E).        { ast_push_arg(&p->b, ast_word(N), E); }
arg ::= DOTDOT(D) expr(E).         { ast_push_arg_spread(&p->b, D, E); }

updates(L) ::= .                       { L = list_empty(&p->b.updates); }
updates(L) ::= updatelist(A) comma.    { L = A; }
updatelist(L) ::= update.              { L = list_first(&p->b.updates); }
updatelist(L) ::= updatelist(A) COMMA update. { L = A; list_append(&p->b.updates, &L); }
update ::= path(N) EQ expr(E).         { ast_push_update(&p->b, N, E); }
path(L) ::= name(N).                   { ast_push_name(&p->b, N); L = list_first(&p->b.names); }
path(L) ::= path(A) DOT name(N).       { ast_push_name(&p->b, N); L = A; list_append(&p->b.names, &L); }

string(E) ::= STRING_OPEN(O) pieces(L) STRING_CLOSE(C). { E = ast_string(&p->b, O, L, C); }
pieces(L) ::= . { L = list_empty(&p->b.pieces); }
pieces(L) ::= pieces(A) STRING_TEXT(T).
    { ast_piece_text(&p->b, T); L = A; list_append(&p->b.pieces, &L); }
pieces(L) ::= pieces(A) INTERP_OPEN(O) expr(E) INTERP_CLOSE(C).
    { ast_piece_expr(&p->b, O, E, C); L = A; list_append(&p->b.pieces, &L); }

// Every keyword may be the name of a field or of an argument.
name(N) ::= word(T).   { N = ast_word(T); }
name(N) ::= string(S). { N = ast_quoted(S); }
word(A) ::= ID(T).     { A = T; }
word(A) ::= TRUE(T).   { A = T; }
word(A) ::= FALSE(T).  { A = T; }
word(A) ::= NULL(T).   { A = T; }
word(A) ::= LET(T).    { A = T; }
word(A) ::= IN(T).     { A = T; }
word(A) ::= IF(T).     { A = T; }
word(A) ::= THEN(T).   { A = T; }
word(A) ::= ELSE(T).   { A = T; }
word(A) ::= FN(T).     { A = T; }
word(A) ::= IMPORT(T). { A = T; }
word(A) ::= FOR(T).    { A = T; }
word(A) ::= WITH(T).   { A = T; }

// ---- types

type ::= ty.
type(T) ::= members(L). { T = ast_type_union(&p->b, L); }
members(L) ::= ty(A) BAR ty(B).
    { L = list_empty(&p->b.types); vec_push(&p->b.types, A); vec_push(&p->b.types, B); L.count = 2; }
members(L) ::= members(M) BAR ty(A).
    { L = M; vec_push(&p->b.types, A); list_append(&p->b.types, &L); }

ty(T) ::= typepath(L).       { T = ast_type_name(&p->b, L); }
ty(T) ::= string(S).         { T = ast_type_literal(&p->b, S); }
ty(T) ::= NULL(N).           { T = ast_type_null(&p->b, N); }
ty(T) ::= ty(A) QUESTION(Q). { T = ast_type_optional(&p->b, A, Q); }
ty(T) ::= LBRACKET(O) type(A) RBRACKET(C). { T = ast_type_list(&p->b, O, A, C); }
ty(T) ::= LBRACE(O) LBRACKET type(K) RBRACKET COLON type(V) RBRACE(C).
    { T = ast_type_dict(&p->b, O, K, V, C); }
ty(T) ::= LBRACE(O) typefields(L) RBRACE(C). { T = ast_type_record(&p->b, O, L, C); }

typepath(L) ::= ID(N).
    { ast_push_name(&p->b, ast_word(N)); L = list_first(&p->b.names); }
typepath(L) ::= typepath(A) DOT ID(N).
    { ast_push_name(&p->b, ast_word(N)); L = A; list_append(&p->b.names, &L); }

typefields(L) ::= .                      { L = list_empty(&p->b.fields); }
typefields(L) ::= fieldlist(A) comma.    { L = A; }
fieldlist(L) ::= typefield.              { L = list_first(&p->b.fields); }
fieldlist(L) ::= fieldlist(A) COMMA typefield. { L = A; list_append(&p->b.fields, &L); }
typefield ::= name(N) COLON type(T).          { ast_push_field(&p->b, N, false, T); }
typefield ::= name(N) QUESTION COLON type(T). { ast_push_field(&p->b, N, true, T); }
typefield ::= DOTDOT(D).                      { ast_push_field_open(&p->b, D); }

%code {
// What the pump and the messages ask of the automaton. Entry 0 of its stack is the bottom, entry grammar_depth() the top.

size_t grammar_depth(void *grammar)
{
    yyParser *g = grammar;
    return (size_t)(g->yytos - g->yystack);
}

struct token *grammar_token(void *grammar, size_t at)
{
    yyParser *g = grammar;
    yyStackEntry *e = &g->yystack[at];
    return at > 0 && e->major < YYNTOKEN ? &e->minor.yy0 : NULL;
}

// `;` is shifted behind a sequence of bindings and nowhere else.
struct list *grammar_bindings(void *grammar, size_t at)
{
    yyParser *g = grammar;
    YYACTIONTYPE state = g->yystack[at].stateno;
    if (state > YY_MAX_SHIFT || yy_find_shift_action(GRAMMAR_SEMI, state) > YY_MAX_SHIFTREDUCE)
        return NULL;
    return (struct list *)(void *)&g->yystack[at].minor;
}

void grammar_cut(void *grammar, size_t at)
{
    yyParser *g = grammar;
    g->yytos = &g->yystack[at];
}

// Runs the automaton on states alone: reductions pop from the real stack, what they push is in `pushed`.
bool grammar_accepts(void *grammar, int kind)
{
    yyParser *g = grammar;
    yyStackEntry *top = g->yytos;
    YYACTIONTYPE pushed[64];
    int count = 0;
    for (YYACTIONTYPE state = top->stateno;;) {
        YYACTIONTYPE act = yy_find_shift_action((YYCODETYPE)kind, state);
        if (act < YY_MIN_REDUCE) return act <= YY_MAX_SHIFTREDUCE || act == YY_ACCEPT_ACTION;
        int pop = -yyRuleInfoNRhs[act - YY_MIN_REDUCE];
        for (; pop > 0 && count > 0; pop--) count--;
        top -= pop;
        if (count == LEN(pushed)) return true;
        YYACTIONTYPE below = count > 0 ? pushed[count - 1] : top->stateno;
        state = yy_find_reduce_action(below, yyRuleInfoLhs[act - YY_MIN_REDUCE]);
        pushed[count++] = state;
    }
}
}
