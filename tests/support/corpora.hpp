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

/// The checkout that this binary was built from. Defined in main.cpp alone, so that no other object file depends on where the checkout lies
/// (a compiler cache then serves them all).
std::filesystem::path source_dir();

inline std::optional<std::filesystem::path> data_folder(const char* variable, const char* below_shared) {
  namespace fs = std::filesystem;
  if (const char* named = std::getenv(variable)) return fs::is_directory(named) ? std::optional<fs::path>(named) : std::nullopt;
  const fs::path beside = source_dir().parent_path() / "shared" / below_shared;
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
