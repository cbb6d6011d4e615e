#include "proxy/commands/state_files.hpp"

#include "proxy/journal_folder.hpp"

#include <filesystem>
#include <system_error>

namespace sallyport::commands {

result<std::string> store_of(const config::settings& settings) {
  std::string path = settings.state.store;
  if (path.empty()) {
    const auto folder = journal_folder::choose(settings.state.journal);
    if (folder.has_error()) return folder.error();
    path = folder->path() + "/state.db";
  }
  std::error_code ignored;
  if (!std::filesystem::exists(path, ignored))
    return fail_with(failure_kind::internal, "There is no store '" + path + "' yet: start the gateway once, with this configuration.");
  return path;
}

std::string folder_of(const std::string& path) {
  const auto folder = std::filesystem::path(path).parent_path().string();
  return folder.empty() ? "." : folder;
}

}  // namespace sallyport::commands
