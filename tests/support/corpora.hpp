#pragma once
/// Where the test data of others lies. Tests that need it say "skipped" when it is absent: SALLYPORT_CORPORA and SALLYPORT_FIXTURES name
/// the folders, else ../shared/corpora and ../shared/fixtures beside the checkout are looked for.

#include <doctest/doctest.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <string>

namespace sallyport::tests {

inline std::optional<std::filesystem::path> data_folder(const char* variable, const char* below_shared) {
  namespace fs = std::filesystem;
  if (const char* named = std::getenv(variable)) return fs::is_directory(named) ? std::optional<fs::path>(named) : std::nullopt;
  const fs::path beside = fs::path(SALLYPORT_SOURCE_DIR).parent_path() / "shared" / below_shared;
  return fs::is_directory(beside) ? std::optional<fs::path>(beside) : std::nullopt;
}

inline std::optional<std::filesystem::path> corpora() { return data_folder("SALLYPORT_CORPORA", "corpora"); }
inline std::optional<std::filesystem::path> fixtures() { return data_folder("SALLYPORT_FIXTURES", "fixtures"); }

inline std::string whole_file(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

/// Says on its own line that a test did not run, and why; tests/run counts these lines.
inline void say_skipped(const char* why) { std::printf("SKIPPED: %s\n", why); }

}  // namespace sallyport::tests
