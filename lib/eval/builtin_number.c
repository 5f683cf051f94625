// Functions on numbers. Int arithmetic that does not fit 64 bits is E0406, a Float that is not
// finite E0407: nothing wraps.
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/json.h"
#include "eval/call.h"

// ---- from text

static bool not_a_number(struct eval *ev, struct call *c, const char *kind, struct str text)
{
    struct buf shown = BUF_INIT;
    if (eval_show(ev, c->args[0], 60, &shown)) {
        struct diag *d =
            call_diag(ev, c, 0, "E0456", "%s is not the text of %s", buf_z(&shown), kind);
        if (text.len > 0 &&
            (text.p[0] == ' ' || text.p[text.len - 1] == ' ' || text.p[text.len - 1] == '\n'))
            diag_help(d, "`trim` takes white space away");
    }
    buf_free(&shown);
    return false;
}

// Digits of one kind, at least one.
static size_t digits(struct str s, size_t at)
{
    size_t from = at;
    while (at < s.len && s.p[at] >= '0' && s.p[at] <= '9') at++;
    return at - from;
}

static bool parse_int(struct eval *ev, struct call *c, struct str s, struct value *out)
{
    size_t sign = s.len > 0 && (s.p[0] == '-' || s.p[0] == '+');
    size_t count = digits(s, sign);
    if (count == 0 || sign + count != s.len) return not_a_number(ev, c, "an Int", s);
    int64_t n = 0;
    for (size_t i = sign; i < s.len; i++) {
        int digit = s.p[0] == '-' ? '0' - s.p[i]
                                  : s.p[i] - '0'; // the most negative Int has no positive twin
        if (__builtin_mul_overflow(n, 10, &n) || __builtin_add_overflow(n, digit, &n))
            return call_overflow(ev, c, "result");
    }
    *out = value_int(n);
    return true;
}

// sign? digits (. digits)? (e sign? digits)?, as JSON and plx write it, but leading zeros and a
// plus are fine.
static bool is_float_text(struct str s)
{
    size_t at = s.len > 0 && (s.p[0] == '-' || s.p[0] == '+');
    size_t n = digits(s, at);
    if (n == 0) return false;
    at += n;
    if (at < s.len && s.p[at] == '.') {
        n = digits(s, at + 1);
        if (n == 0) return false;
        at += 1 + n;
    }
    if (at < s.len && (s.p[at] == 'e' || s.p[at] == 'E')) {
        at++;
        if (at < s.len && (s.p[at] == '-' || s.p[at] == '+')) at++;
        n = digits(s, at);
        if (n == 0) return false;
        at += n;
    }
    return at == s.len;
}

// A whole Float in Int's range; 2^63 itself is the first that is not.
static bool whole_to_int(struct eval *ev, struct call *c, double d, struct value *out)
{
    if (d < -0x1p63 || d >= 0x1p63) return call_overflow(ev, c, "result");
    *out = value_int((int64_t)d);
    return true;
}

// A number as plx writes it.
static const char *number_z(struct value x, char text[JSON_FLOAT_SIZE + 1])
{
    if (x.tag == VALUE_INT)
        snprintf(text, JSON_FLOAT_SIZE + 1, "%" PRId64, x.integer);
    else
        text[json_float_text(x.real, text)] = '\0';
    return text;
}

static bool number_int(struct eval *ev, struct call *c, struct value *out)
{
    struct value x = c->args[0];
    *out = x;
    if (x.tag == VALUE_INT) return true;
    if (x.tag == VALUE_STR) return parse_int(ev, c, string_str(ev, x.string), out);
    if (x.real != floor(x.real)) {
        char number[JSON_FLOAT_SIZE + 1];
        struct diag *d =
            call_diag(ev, c, 0, "E0462", "`int` needs a whole number, not %s", number_z(x, number));
        diag_help(d, "`round`, `floor` and `ceil` say which Int to take");
        return false;
    }
    return whole_to_int(ev, c, x.real, out);
}

static bool number_float(struct eval *ev, struct call *c, struct value *out)
{
    struct value x = c->args[0];
    if (x.tag != VALUE_STR) {
        *out = value_float(call_number(x));
        return true;
    }
    struct str s = string_str(ev, x.string);
    if (!is_float_text(s)) return not_a_number(ev, c, "a Float", s);
    struct buf z = BUF_INIT; // strtod needs an end that a slice does not have
    buf_adds(&z, s);
    double d = strtod(buf_z(&z), NULL);
    buf_free(&z);
    return call_float(ev, c, d, out);
}

// ---- rounding

static bool number_abs(struct eval *ev, struct call *c, struct value *out)
{
    struct value x = c->args[0];
    if (x.tag == VALUE_FLOAT) {
        *out = value_float(fabs(x.real));
        return true;
    }
    if (x.integer == INT64_MIN) return call_overflow(ev, c, "result");
    *out = value_int(x.integer < 0 ? -x.integer : x.integer);
    return true;
}

static bool rounded(struct eval *ev, struct call *c, double (*f)(double), struct value *out)
{
    *out = c->args[0];
    return out->tag == VALUE_INT || whole_to_int(ev, c, f(out->real), out);
}

static bool number_floor(struct eval *ev, struct call *c, struct value *out)
{
    return rounded(ev, c, floor, out);
}

static bool number_ceil(struct eval *ev, struct call *c, struct value *out)
{
    return rounded(ev, c, ceil, out);
}

static bool number_round(struct eval *ev, struct call *c, struct value *out)
{
    return rounded(ev, c, round, out);
}

// ---- whole division and powers

static bool divisor_ok(struct eval *ev, struct call *c)
{
    return c->args[1].integer != 0 ||
           call_error(ev, c, 1, "E0407", "`%s` by zero", c->builtin->name);
}

// Floored, so that mod has the divisor's sign and `div(a, b) * b + mod(a, b) == a`.
static bool number_div(struct eval *ev, struct call *c, struct value *out)
{
    int64_t a = c->args[0].integer;
    int64_t b = c->args[1].integer;
    if (!divisor_ok(ev, c)) return false;
    if (a == INT64_MIN && b == -1) return call_overflow(ev, c, "result");
    int64_t q = a / b;
    *out = value_int(a % b != 0 && (a < 0) != (b < 0) ? q - 1 : q);
    return true;
}

static bool number_mod(struct eval *ev, struct call *c, struct value *out)
{
    int64_t a = c->args[0].integer;
    int64_t b = c->args[1].integer;
    if (!divisor_ok(ev, c)) return false;
    int64_t m = b == -1 ? 0 : a % b;
    *out = value_int(m != 0 && (m < 0) != (b < 0) ? m + b : m);
    return true;
}

static bool int_pow(struct eval *ev, struct call *c, int64_t base, int64_t exponent,
                    struct value *out)
{
    int64_t result = 1;
    for (;;) {
        if ((exponent & 1) && __builtin_mul_overflow(result, base, &result))
            return call_overflow(ev, c, "result");
        exponent >>= 1;
        if (exponent == 0) break;
        if (__builtin_mul_overflow(base, base, &base)) return call_overflow(ev, c, "result");
    }
    *out = value_int(result);
    return true;
}

static bool number_pow(struct eval *ev, struct call *c, struct value *out)
{
    struct value a = c->args[0];
    struct value b = c->args[1];
    if (a.tag == VALUE_FLOAT || b.tag == VALUE_FLOAT)
        return call_float(ev, c, pow(call_number(a), call_number(b)), out);
    if (b.integer < 0) {
        struct diag *d = call_diag(
            ev, c, 1, "E0451", "`pow` of Ints needs `b` to be at least 0, not %" PRId64, b.integer);
        diag_help(d, "`pow(float(a), b)` gives a Float");
        return false;
    }
    return int_pow(ev, c, a.integer, b.integer, out);
}

static bool number_sqrt(struct eval *ev, struct call *c, struct value *out)
{
    char number[JSON_FLOAT_SIZE + 1];
    double x = call_number(c->args[0]);
    if (x < 0.0)
        return call_error(ev, c, 0, "E0451", "`sqrt` needs `x` to be at least 0, not %s",
                          number_z(c->args[0], number));
    return call_float(ev, c, sqrt(x), out);
}

static bool number_log(struct eval *ev, struct call *c, struct value *out)
{
    char number[JSON_FLOAT_SIZE + 1];
    double x = call_number(c->args[0]);
    if (x <= 0.0)
        return call_error(ev, c, 0, "E0451", "`log` needs `x` to be above 0, not %s",
                          number_z(c->args[0], number));
    return call_float(ev, c, log(x), out);
}

static bool number_exp(struct eval *ev, struct call *c, struct value *out)
{
    return call_float(ev, c, exp(call_number(c->args[0])), out);
}

#define X ARG("x", ACCEPT_NUMBER)

const struct builtin builtin_number[] = {
    {.name = "int",
     .params = {ARG("x", ACCEPT_NUMBER | ACCEPT_STR)},
     .result = "Int",
     .section = "Numbers",
     .fn = number_int,
     .doc = "A whole Float, or the text of a decimal whole number, as an Int.\n\n"
            "```plx\nint(3.0) == 3\nint(\"-42\") == -42\n```"},
    {.name = "float",
     .params = {ARG("x", ACCEPT_NUMBER | ACCEPT_STR)},
     .result = "Float",
     .fn = number_float,
     .doc = "An Int (rounded to the nearest Float beyond 2^53), or the text of a number, as a "
            "Float.\n\n"
            "```plx\nfloat(3) == 3.0\nfloat(\"1e-3\") == 0.001\n```"},
    {.name = "abs",
     .params = {X},
     .result = "Int | Float",
     .fn = number_abs,
     .doc = "The number without its sign.\n\n```plx\nabs(-3) == 3\nabs(-0.5) == 0.5\n```"},
    {.name = "floor",
     .params = {X},
     .result = "Int",
     .fn = number_floor,
     .doc = "The greatest Int that is not greater.\n\n```plx\nfloor(2.7) == 2\nfloor(-2.1) == "
            "-3\n```"},
    {.name = "ceil",
     .params = {X},
     .result = "Int",
     .fn = number_ceil,
     .doc = "The least Int that is not less.\n\n```plx\nceil(2.1) == 3\nceil(-2.7) == -2\n```"},
    {.name = "round",
     .params = {X},
     .result = "Int",
     .fn = number_round,
     .doc = "The nearest Int; of two equally near ones, the one further from zero. `format` rounds "
            "to a number of digits.\n\n"
            "```plx\nround(2.4) == 2\nround(2.5) == 3\nround(-2.5) == -3\n```"},
    {.name = "div",
     .params = {ARG("a", ACCEPT_INT), ARG("b", ACCEPT_INT)},
     .result = "Int",
     .fn = number_div,
     .doc = "Whole division, rounded down, so that `div(a, b) * b + mod(a, b)` is `a`.\n\n"
            "```plx\ndiv(7, 2) == 3\ndiv(-7, 2) == -4\n```"},
    {.name = "mod",
     .params = {ARG("a", ACCEPT_INT), ARG("b", ACCEPT_INT)},
     .result = "Int",
     .fn = number_mod,
     .doc = "What `div` leaves over, as `%` does; it has the sign of `b`.\n\n"
            "```plx\nmod(7, 2) == 1\nmod(-7, 2) == 1\nmod(7, -2) == -1\n```"},
    {.name = "pow",
     .params = {ARG("a", ACCEPT_NUMBER), ARG("b", ACCEPT_NUMBER)},
     .result = "Int | Float",
     .fn = number_pow,
     .doc = "`a` to the power of `b`: an Int if both are, else a Float.\n\n"
            "```plx\npow(2, 10) == 1024\npow(2.0, -1) == 0.5\n```"},
    {.name = "sqrt",
     .params = {X},
     .result = "Float",
     .fn = number_sqrt,
     .doc = "The square root.\n\n```plx\nsqrt(9) == 3.0\n```"},
    {.name = "log",
     .params = {X},
     .result = "Float",
     .fn = number_log,
     .doc = "The natural logarithm of a number above zero.\n\n```plx\nlog(1) == 0.0\n```"},
    {.name = "exp",
     .params = {X},
     .result = "Float",
     .fn = number_exp,
     .doc = "e to the power of `x`.\n\n```plx\nexp(0) == 1.0\n```"},
    {.name = NULL}};
