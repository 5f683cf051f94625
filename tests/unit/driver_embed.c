#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/io.h"
#include "driver/embed.h"

static void table_is_sorted(void **state)
{
    (void)state;
    assert_true(embed_count > 0);
    for (size_t i = 1; i < embed_count; i++)
        assert_true(str_cmp(embed_files[i - 1].name, embed_files[i].name) < 0);
}

// Every file is found under its name, and is byte for byte the file of the repository.
static void files_equal_their_sources(void **state)
{
    (void)state;
    for (size_t i = 0; i < embed_count; i++) {
        struct str bytes = {0};
        assert_true(embed_get(embed_files[i].name, &bytes));
        assert_int_equal(bytes.p[bytes.len], 0);
        struct buf path = BUF_INIT;
        buf_printf(&path, "%s/../" STR_FMT, TESTS_DIR, STR_ARG(embed_files[i].name));
        struct buf file = BUF_INIT;
        assert_int_equal(io_read_file(AT_FDCWD, buf_z(&path), 0, &file), 0);
        assert_true(str_eq(bytes, buf_str(&file)));
        buf_free(&file);
        buf_free(&path);
    }
}

static void prelude_is_there_and_others_are_not(void **state)
{
    (void)state;
    struct str bytes;
    assert_true(embed_get(STR("stdlib/prelude.plx"), &bytes));
    assert_false(embed_get(STR("stdlib/prelude.pl"), &bytes));
    assert_false(embed_get(STR("stdlib/prelude.plxx"), &bytes));
    assert_false(embed_get(STR(""), &bytes));
    assert_false(embed_get(STR("zzz"), &bytes));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(table_is_sorted),
        cmocka_unit_test(files_equal_their_sources),
        cmocka_unit_test(prelude_is_there_and_others_are_not),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
