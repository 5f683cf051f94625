#include "engine/curl_lazy.h"

// The macros around functions with `...` check types at the call, and would be in the way here.
#define CURL_DISABLE_TYPECHECK
#include <curl/curl.h>
#include <stdarg.h>

#include "base/shared_library.h"

#undef curl_easy_setopt
#undef curl_easy_getinfo

bool curl_lazy_load(struct buf *why)
{
    return shared_library_load(PLX_CURL_SONAME, why);
}

// The library's own function of this name.
#define THEIRS(name) ((__typeof__(name) *)shared_library_symbol(PLX_CURL_SONAME, #name))

CURLcode curl_global_init(long flags)
{
    return THEIRS(curl_global_init)(flags);
}

void curl_global_cleanup(void)
{
    THEIRS(curl_global_cleanup)();
}

CURL *curl_easy_init(void)
{
    return THEIRS(curl_easy_init)();
}

void curl_easy_cleanup(CURL *curl)
{
    THEIRS(curl_easy_cleanup)(curl);
}

void curl_easy_reset(CURL *curl)
{
    THEIRS(curl_easy_reset)(curl);
}

CURLcode curl_easy_perform(CURL *curl)
{
    return THEIRS(curl_easy_perform)(curl);
}

const char *curl_easy_strerror(CURLcode code)
{
    return THEIRS(curl_easy_strerror)(code);
}

// An option's number says which type its argument has.
CURLcode curl_easy_setopt(CURL *curl, CURLoption option, ...)
{
    __typeof__(curl_easy_setopt) *set = THEIRS(curl_easy_setopt);
    va_list va;
    va_start(va, option);
    CURLcode code;
    if (option < CURLOPTTYPE_OBJECTPOINT)
        code = set(curl, option, va_arg(va, long));
    else if (option >= CURLOPTTYPE_OFF_T && option < CURLOPTTYPE_BLOB)
        code = set(curl, option, va_arg(va, curl_off_t));
    else
        code = set(curl, option, va_arg(va, void *));
    va_end(va);
    return code;
}

CURLcode curl_easy_getinfo(CURL *curl, CURLINFO info, ...)
{
    va_list va;
    va_start(va, info);
    CURLcode code = THEIRS(curl_easy_getinfo)(curl, info, va_arg(va, void *));
    va_end(va);
    return code;
}

struct curl_slist *curl_slist_append(struct curl_slist *list, const char *text)
{
    return THEIRS(curl_slist_append)(list, text);
}

void curl_slist_free_all(struct curl_slist *list)
{
    THEIRS(curl_slist_free_all)(list);
}

CURLU *curl_url(void)
{
    return THEIRS(curl_url)();
}

void curl_url_cleanup(CURLU *url)
{
    THEIRS(curl_url_cleanup)(url);
}

CURLUcode curl_url_set(CURLU *url, CURLUPart part, const char *text, unsigned int flags)
{
    return THEIRS(curl_url_set)(url, part, text, flags);
}

// `CURLU *` in older versions of curl, `const CURLU *` in newer ones.
typedef __typeof__(CURLUcode(CURLU *, CURLUPart, char **, unsigned int)) older_url_get;
typedef __typeof__(__builtin_choose_expr(
    __builtin_types_compatible_p(__typeof__(curl_url_get), older_url_get), (CURLU *)NULL,
    (const CURLU *)NULL)) read_url;

CURLUcode curl_url_get(read_url url, CURLUPart part, char **text, unsigned int flags)
{
    return THEIRS(curl_url_get)(url, part, text, flags);
}

const char *curl_url_strerror(CURLUcode code)
{
    return THEIRS(curl_url_strerror)(code);
}

void curl_free(void *text)
{
    THEIRS(curl_free)(text);
}
