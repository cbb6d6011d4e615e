#pragma once
/// YAML text -> settings, strictly: every problem at once, each with file, line, column, key path and a sentence that says what to do.
/// Pure: variables and files come through `surroundings`.

#include "config/settings.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sallyport::config {

/// All that loading may ask of the world. Each function may be called several times with the same argument.
struct surroundings {
  std::function<std::optional<std::string>(const std::string& name)> variable;       ///< environment variable
  std::function<std::optional<std::string>(const std::string& path)> file;           ///< whole file, or nothing if unreadable
  std::function<std::vector<std::string>(const std::string& pattern)> matching;      ///< glob, sorted
};

/// The process's own environment and file system.
surroundings real_surroundings();

struct problem {
  std::string file;
  int line = 0;     ///< from 1; 0 when the problem has no place
  int column = 0;   ///< from 1
  std::string path; ///< key path, as in models.chat.try[1]
  std::string sentence;
};

/// FILE:LINE:COLUMN: path: sentence
std::string to_string(const problem& what);

struct loaded {
  std::shared_ptr<const settings> value;  ///< null when there is any problem
  std::vector<problem> problems;          ///< in order of place
  std::vector<problem> warnings;          ///< does not stop a start: as an open gateway
};

/// `file` names the text in problems, and relative includes are resolved against its folder.
loaded load(std::string_view text, const std::string& file, const surroundings& world);

/// An engine found listening on this machine, for a start without a file.
struct local_engine {
  std::string kind;      ///< preset
  std::string base_url;
};

/// The settings of a start without a file: a provider for each preset whose variable is set, and one for each local engine.
/// With neither, a problem that says what to set and names `sallyport demo`.
loaded from_environment(const surroundings& world, const std::vector<local_engine>& answering);

/// The presets that have a well-known port on this machine, to be probed for from_environment.
std::vector<local_engine> well_known_engines();

}  // namespace sallyport::config
