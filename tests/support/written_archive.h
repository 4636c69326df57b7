// An archive on disk, of records that a test has.
#ifndef TESTS_SUPPORT_WRITTEN_ARCHIVE_H_
#define TESTS_SUPPORT_WRITTEN_ARCHIVE_H_

#include <string>
#include <vector>

#include "core/archive/archive_writer.h"
#include "core/base/file_system.h"
#include "gtest/gtest.h"
#include "tests/support/record_generator.h"
#include "tests/support/vector_source.h"

namespace sr {

// Writes `records` in one commit into a new archive in `directory`.
inline void WriteArchive(const std::string& directory,
                         const std::vector<TestRecord>& records) {
  ArchiveWriterOptions options;
  options.file_system = PosixFileSystem();
  options.directory = directory;
  options.topic = "_schemas";
  options.new_store_id = std::string(32, 'd');
  options.lock_label = "test";
  ArchiveWriter writer(options);
  ASSERT_TRUE(writer.Open().ok());
  ASSERT_TRUE(writer.Append(BatchOf(records)).ok());
  ASSERT_TRUE(writer.Commit().ok());
  ASSERT_TRUE(writer.Close().ok());
}

}  // namespace sr

#endif  // TESTS_SUPPORT_WRITTEN_ARCHIVE_H_
