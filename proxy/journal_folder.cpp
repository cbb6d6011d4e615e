#include "proxy/journal_folder.hpp"

#include "proxy/ledger/private_file.hpp"

#include <charconv>
#include <cstdlib>
#include <filesystem>
#include <optional>
#include <string_view>
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

std::optional<int> worker_of(std::string_view file) {
  constexpr std::string_view prefix = "journal-";
  if (!file.starts_with(prefix)) return std::nullopt;
  file.remove_prefix(prefix.size());
  int number = 0;
  const auto [end, error] = std::from_chars(file.data(), file.data() + file.size(), number);
  return error == std::errc() && end == file.data() + file.size() ? std::optional(number) : std::nullopt;
}

}  // namespace

result<journal_folder> journal_folder::choose(const std::string& configured) {
  journal_folder chosen;
  chosen.path_ = configured.empty() ? from_environment() : configured;
  if (chosen.path_.empty()) return fail_with(failure_kind::internal, "No folder for the attempt journal: set state.journal in the configuration.");
  if (const int error = ledger::make_private_folder(chosen.path_))
    return fail_with(failure_kind::internal, "The folder " + chosen.path_ + " for the attempt journal cannot be made (" +
                                                 std::generic_category().message(error) + "): set state.journal to one that can.");
  return chosen;
}

std::map<int, std::string> journal_folder::all() const {
  std::map<int, std::string> found;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(path_, error))
    if (const auto number = worker_of(entry.path().filename().string())) found.emplace(*number, entry.path().string());
  return found;
}

std::vector<std::string> journal_folder::beyond(int workers) const {
  std::vector<std::string> found;
  for (const auto& [number, path] : all())
    if (number >= workers) found.push_back(path);
  return found;
}

}  // namespace sallyport
