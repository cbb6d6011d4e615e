#include "config/load.hpp"

#include <glob.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>

namespace sallyport::config {
namespace {

/// One byte more than the largest text that the loader accepts, so that it can tell what is too large.
constexpr std::streamsize file_bytes_max = (8 << 20) + 1;

std::optional<std::string> variable(const std::string& name) {
  const char* value = std::getenv(name.c_str());
  return value ? std::optional<std::string>(value) : std::nullopt;
}

std::optional<std::string> whole_file(const std::string& path) {
  std::error_code error;
  // A directory can be opened as a stream, and then reads as an empty file.
  if (std::filesystem::is_directory(path, error)) return std::nullopt;
  std::ifstream in(path, std::ios::binary);
  if (!in) return std::nullopt;
  std::string text;
  std::string part(64 * 1024, '\0');
  while (in && static_cast<std::streamsize>(text.size()) < file_bytes_max) {
    in.read(part.data(), static_cast<std::streamsize>(part.size()));
    text.append(part.data(), static_cast<std::size_t>(in.gcount()));
  }
  return in.bad() ? std::nullopt : std::optional(std::move(text));
}

std::vector<std::string> matching(const std::string& pattern) {
  glob_t found{};
  std::vector<std::string> paths;
  if (::glob(pattern.c_str(), 0, nullptr, &found) == 0) paths.assign(found.gl_pathv, found.gl_pathv + found.gl_pathc);
  ::globfree(&found);
  std::sort(paths.begin(), paths.end());
  return paths;
}

}  // namespace

surroundings real_surroundings() { return {variable, whole_file, matching}; }

}  // namespace sallyport::config
