#include "base/hash.h"

#include <openssl/evp.h>
#include <stdlib.h>

struct hasher {
    enum hash_kind kind;
    // Null before the first use: setting OpenSSL up takes longer than reading a small file.
    EVP_MD *digest;
    EVP_MD_CTX *ctx;
};

struct hasher *hasher_new(enum hash_kind kind)
{
    struct hasher *h = bug_malloc(sizeof(*h));
    *h = (struct hasher){.kind = kind};
    return h;
}

static void set_up(struct hasher *h)
{
    const char *name = h->kind == HASH_SHA256 ? "SHA256" : "SHA1";
    h->digest = EVP_MD_fetch(NULL, name, NULL);
    h->ctx = EVP_MD_CTX_new();
    if (!h->digest || !h->ctx) BUG("OpenSSL has no %s", name);
}

void hasher_free(struct hasher *h)
{
    if (!h) return;
    EVP_MD_CTX_free(h->ctx);
    EVP_MD_free(h->digest);
    free(h);
}

void hasher_begin(struct hasher *h)
{
    if (!h->digest) set_up(h);
    if (!EVP_DigestInit_ex2(h->ctx, h->digest, NULL)) BUG("EVP_DigestInit_ex2 failed");
}

void hasher_update(struct hasher *h, const void *bytes, size_t len)
{
    if (!EVP_DigestUpdate(h->ctx, bytes, len)) BUG("EVP_DigestUpdate failed");
}

void hasher_hex(struct hasher *h, char out[HASH_HEX_SIZE])
{
    unsigned char raw[HASH_MAX_BYTES];
    unsigned int len = 0;
    if (!EVP_DigestFinal_ex(h->ctx, raw, &len)) BUG("EVP_DigestFinal_ex failed");
    for (unsigned int i = 0; i < len; i++) {
        out[2 * i] = "0123456789abcdef"[raw[i] >> 4];
        out[2 * i + 1] = "0123456789abcdef"[raw[i] & 15];
    }
    out[2 * len] = '\0';
}

void hasher_hex_of(struct hasher *h, struct str bytes, char out[HASH_HEX_SIZE])
{
    hasher_begin(h);
    hasher_update(h, bytes.p, bytes.len);
    hasher_hex(h, out);
}
