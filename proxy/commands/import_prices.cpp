#include "proxy/commands/import_prices.hpp"

#include "config/load.hpp"
#include "config/price_import.hpp"
#include "config/price_list.hpp"
#include "proxy/commands/exit_code.hpp"
#include "proxy/commands/replace_file.hpp"
#include "proxy/stages/keyring.hpp"

#include <cstdio>

namespace sallyport::commands {
namespace {

std::optional<config::price_format> format_named(const std::string& name) {
  for (const auto one : {config::price_format::litellm, config::price_format::genai_prices})
    if (name == name_of(one)) return one;
  return std::nullopt;
}

/// As in genai-prices-2026-11-26-1a2b3c4d: the form, the day, and which text it was, so that two imports of a day are told apart.
std::string version_of(const config::imported_prices& from, std::chrono::sys_days today, std::string_view text) {
  const auto hash = stages::sha256_of(text);
  char digits[9];
  std::snprintf(digits, sizeof digits, "%02x%02x%02x%02x", hash[0], hash[1], hash[2], hash[3]);
  return std::string(name_of(from.from)) + "-" + config::text_of(today) + "-" + digits;
}

void put_counts(const std::map<std::string, std::size_t>& counts, std::ostream& to) {
  for (const auto& [what, count] : counts) to << "  " << count << ": " << what << '\n';
}

void put_report(const config::imported_prices& from, const std::string& version, std::ostream& to) {
  std::map<std::string, std::size_t> kinds;
  for (const auto& row : from.rows) ++kinds[row.provider];
  to << "Prices of " << from.rows.size() << " models, version " << version << ":\n";
  put_counts(kinds, to);
  if (!from.skipped.empty()) to << "Skipped:\n";
  put_counts(from.skipped, to);
  if (!from.left_out.empty()) to << "Taken without what they charge besides:\n";
  put_counts(from.left_out, to);
}

/// Why the file at that path must not be replaced by so many models; empty when it may be.
std::string objection(const std::string& path, std::size_t models, const config::surroundings& world) {
  const auto text = world.file(path);
  if (!text) return {};
  const auto old = config::load_prices(*text, path, world);
  if (!old.value) return "'" + path + "' is there and is no price file";
  const auto had = old.value->rows.size();
  if (models * 10 >= had * 9) return {};
  return "'" + path + "' has prices of " + std::to_string(had) + " models, the new list of " + std::to_string(models) + " only";
}

int refuse(std::ostream& report, const std::string& sentence) {
  report << sentence << '\n';
  return failed;
}

}  // namespace

int import_prices(const import_options& options, std::chrono::sys_days today, std::ostream& out, std::ostream& report) {
  const auto world = config::real_surroundings();
  const auto text = world.file(options.file);
  if (!text) return refuse(report, "'" + options.file + "' cannot be read.");
  const auto made = config::import_prices(*text, format_named(options.format));
  if (!made) return refuse(report, "'" + options.file + "' " + made.error().sentence + ".");
  const auto version = version_of(*made, today, *text);
  const auto ours = config::price_file_text(version, made->rows);
  // Whatever a list of others may hold, only what loads is written.
  if (const auto back = config::load_prices(ours, "the price file", world); !back.value)
    return refuse(report, to_string(back.problems.front()));
  put_report(*made, version, report);
  if (options.out.empty()) {
    out << ours;
    return done;
  }
  if (const auto why = objection(options.out, made->rows.size(), world); !why.empty() && !options.force)
    return refuse(report, "Nothing was written: " + why + ". Say --force to replace it all the same.");
  if (auto written = replace_file(options.out, ours); written.has_error())
    return refuse(report, std::string(written.error().client_sentence()));
  report << "Written to " << options.out << "; name it under `prices: {file: ...}` of the configuration.\n";
  return done;
}

}  // namespace sallyport::commands
