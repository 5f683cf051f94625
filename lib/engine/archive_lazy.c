#include "engine/archive_lazy.h"

#include <archive.h>
#include <archive_entry.h>

#include "base/shared_library.h"

bool archive_lazy_load(struct buf *why)
{
    return shared_library_load(PLX_ARCHIVE_SONAME, why);
}

// The library's own function of this name.
#define THEIRS(name) ((__typeof__(name) *)shared_library_symbol(PLX_ARCHIVE_SONAME, #name))

// A function of the archive, or of an entry, alone.
#define OF_ARCHIVE(type, name)                                                                     \
    type name(struct archive *a)                                                                   \
    {                                                                                              \
        return THEIRS(name)(a);                                                                    \
    }
#define OF_ENTRY(type, name)                                                                       \
    type name(struct archive_entry *e)                                                             \
    {                                                                                              \
        return THEIRS(name)(e);                                                                    \
    }

OF_ARCHIVE(const char *, archive_error_string)
OF_ARCHIVE(int, archive_filter_count)
OF_ARCHIVE(int, archive_read_free)
OF_ARCHIVE(int, archive_read_support_filter_bzip2)
OF_ARCHIVE(int, archive_read_support_filter_compress)
OF_ARCHIVE(int, archive_read_support_filter_gzip)
OF_ARCHIVE(int, archive_read_support_filter_lz4)
OF_ARCHIVE(int, archive_read_support_filter_lzip)
OF_ARCHIVE(int, archive_read_support_filter_lzma)
OF_ARCHIVE(int, archive_read_support_filter_xz)
OF_ARCHIVE(int, archive_read_support_filter_zstd)
OF_ARCHIVE(int, archive_read_support_format_empty)
OF_ARCHIVE(int, archive_read_support_format_raw)
OF_ARCHIVE(int, archive_read_support_format_tar)
OF_ARCHIVE(int, archive_read_support_format_zip_seekable)
OF_ENTRY(__LA_MODE_T, archive_entry_filetype)
OF_ENTRY(const char *, archive_entry_hardlink)
OF_ENTRY(int, archive_entry_is_encrypted)
OF_ENTRY(const char *, archive_entry_pathname)
OF_ENTRY(__LA_MODE_T, archive_entry_perm)
OF_ENTRY(la_int64_t, archive_entry_size)
OF_ENTRY(int, archive_entry_size_is_set)
OF_ENTRY(const char *, archive_entry_symlink)

struct archive *archive_read_new(void)
{
    return THEIRS(archive_read_new)();
}

int archive_read_open_filename(struct archive *a, const char *path, size_t block)
{
    return THEIRS(archive_read_open_filename)(a, path, block);
}

int archive_filter_code(struct archive *a, int filter)
{
    return THEIRS(archive_filter_code)(a, filter);
}

int archive_read_append_filter(struct archive *a, int code)
{
    return THEIRS(archive_read_append_filter)(a, code);
}

int archive_read_next_header(struct archive *a, struct archive_entry **e)
{
    return THEIRS(archive_read_next_header)(a, e);
}

int archive_read_data_block(struct archive *a, const void **bytes, size_t *len, la_int64_t *offset)
{
    return THEIRS(archive_read_data_block)(a, bytes, len, offset);
}

la_int64_t archive_filter_bytes(struct archive *a, int filter)
{
    return THEIRS(archive_filter_bytes)(a, filter);
}
