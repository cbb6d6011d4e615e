#include "proxy/journal_folder.hpp"

#include <cstdlib>
#include <filesystem>
#include <system_error>

namespace sallyport {
namespace {

std::string from_environment() {
  const auto variable = [](const char* name) {
    const char* value = std::getenv(name);
    return std::string(value ? value : "");
  };
  if (const auto state = variable("STATE_DIRECTORY"); !state.empty()) return state;
  if (const auto state = variable("XDG_STATE_HOME"); !state.empty()) return state + "/sallyport";
  if (const auto home = variable("HOME"); !home.empty()) return home + "/.local/state/sallyport";
  return {};
}

}  // namespace

result<journal_folder> journal_folder::choose(const std::string& configured) {
  journal_folder chosen;
  chosen.path_ = configured.empty() ? from_environment() : configured;
  if (chosen.path_.empty()) return fail_with(failure_kind::internal, "No folder for the attempt journal: set state.journal in the configuration.");
  std::error_code error;
  std::filesystem::create_directories(chosen.path_, error);
  if (error)
    return fail_with(failure_kind::internal,
                     "The folder " + chosen.path_ + " for the attempt journal cannot be made (" + error.message() + "): set state.journal to one that can.");
  return chosen;
}

}  // namespace sallyport
