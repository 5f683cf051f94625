#include "base/hash.h"

#include "unit.h"

static void test_known(void **state)
{
    (void)state;
    // The examples of FIPS 180-2 and the empty text.
    static const struct {
        enum hash_kind kind;
        const char *text, *hex;
    } rows[] = {
        {HASH_SHA256, "", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
        {HASH_SHA256, "abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
        {HASH_SHA256, "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
         "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"},
        {HASH_SHA1, "", "da39a3ee5e6b4b0d3255bfef95601890afd80709"},
        {HASH_SHA1, "abc", "a9993e364706816aba3e25717850c26c9cd0d89d"},
    };
    struct hasher *hashers[] = {hasher_new(HASH_SHA256), hasher_new(HASH_SHA1)};
    char hex[HASH_HEX_SIZE];
    for (size_t i = 0; i < LEN(rows); i++) {
        struct hasher *h = hashers[rows[i].kind];
        hasher_hex_of(h, str_from(rows[i].text), hex);
        assert_string_equal(hex, rows[i].hex);
        // Byte by byte, with the same hasher.
        hasher_begin(h);
        for (const char *p = rows[i].text; *p; p++) hasher_update(h, p, 1);
        hasher_hex(h, hex);
        assert_string_equal(hex, rows[i].hex);
    }
    // A text that was given up leaves nothing behind.
    hasher_begin(hashers[0]);
    hasher_update(hashers[0], "garbage", 7);
    hasher_hex_of(hashers[0], STR("abc"), hex);
    assert_string_equal(hex, rows[1].hex);
    hasher_free(hashers[0]);
    hasher_free(hashers[1]);
    hasher_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_known),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
