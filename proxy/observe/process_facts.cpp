#include "proxy/observe/process_facts.hpp"

#include <sys/resource.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <system_error>

namespace sallyport::observe {
namespace {

std::string whole_text(const char* path) {
  std::ifstream in(path);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

std::optional<double> count_of_entries(const char* folder) {
  std::error_code failed;
  std::filesystem::directory_iterator at(folder, failed);
  if (failed) return std::nullopt;
  double count = 0;
  for (const std::filesystem::directory_iterator end; !failed && at != end; at.increment(failed)) ++count;
  return count;
}

std::optional<double> boot_time() {
  std::istringstream lines(whole_text("/proc/stat"));
  for (std::string word; lines >> word;)
    if (double seconds = 0; word == "btime" && lines >> seconds) return seconds;
  return std::nullopt;
}

/// Fields 14, 15, 22, 23 and 24 of /proc/self/stat (proc(5)); the second, in parentheses, may hold blanks.
void read_stat(process_facts& into) {
  const auto text = whole_text("/proc/self/stat");
  const auto behind_name = text.rfind(')');
  if (behind_name == std::string::npos) return;
  std::istringstream fields(text.substr(behind_name + 2));
  std::string skipped;
  for (int field = 3; field < 14; ++field) fields >> skipped;
  double user = 0, system = 0, started = 0, size = 0, pages = 0;
  fields >> user >> system;
  for (int field = 16; field < 22; ++field) fields >> skipped;
  fields >> started >> size >> pages;
  if (!fields) return;
  const auto ticks = static_cast<double>(::sysconf(_SC_CLK_TCK));
  into.cpu_seconds = (user + system) / ticks;
  into.virtual_bytes = size;
  into.resident_bytes = pages * static_cast<double>(::sysconf(_SC_PAGESIZE));
  if (const auto boot = boot_time()) into.start_unix_seconds = *boot + started / ticks;
}

}  // namespace

process_facts process_facts_now() {
  process_facts now;
  read_stat(now);
  now.open_descriptors = count_of_entries("/proc/self/fd");
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) == 0) now.max_descriptors = static_cast<double>(limit.rlim_cur);
  return now;
}

}  // namespace sallyport::observe
