#include "proxy/ledger/report_group.hpp"

#include <array>
#include <cstdio>
#include <utility>

namespace sallyport::ledger {
namespace {

constexpr std::array<std::pair<std::string_view, report_word>, 7> words{{{"team", report_word::team},
                                                                        {"key", report_word::key},
                                                                        {"model", report_word::model},
                                                                        {"deployment", report_word::deployment},
                                                                        {"provider", report_word::provider},
                                                                        {"class", report_word::class_},
                                                                        {"day", report_word::day}}};
constexpr std::string_view tag_prefix = "tag:";

std::string day_of(wall_time at) {
  const std::chrono::year_month_day date(std::chrono::floor<std::chrono::days>(at));
  char text[16];
  std::snprintf(text, sizeof text, "%04d-%02u-%02u", static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                static_cast<unsigned>(date.day()));
  return text;
}

std::string_view tag_in(std::string_view tags, std::string_view name) {
  while (!tags.empty()) {
    const auto one = tags.substr(0, tags.find(','));
    if (const auto equals = one.find('='); one.substr(0, equals) == name && equals != std::string_view::npos) return one.substr(equals + 1);
    tags.remove_prefix(std::min(one.size() + 1, tags.size()));
  }
  return {};
}

std::string name_of(const report_column& column, const stored_row& row, std::string_view tags) {
  switch (column.word) {
    case report_word::team: return row.team;
    case report_word::key: return row.team.empty() ? row.key : row.team + "/" + row.key;
    case report_word::model: return row.model;
    case report_word::deployment: return row.deployment;
    case report_word::provider: return row.provider;
    case report_word::class_: return std::string(sallyport::name_of(row.runs_as));
    case report_word::tag: return std::string(tag_in(tags, column.tag));
    case report_word::day: return day_of(row.sent_at);
  }
  return {};
}

result<report_column> column_named(std::string_view text) {
  for (const auto& [name, word] : words)
    if (name == text) return report_column{word, {}};
  if (text.starts_with(tag_prefix) && text.size() > tag_prefix.size())
    return report_column{report_word::tag, std::string(text.substr(tag_prefix.size()))};
  std::string known;
  for (const auto& [name, word] : words) known += std::string(name) + ", ";
  return fail_with(failure_kind::invalid_request,
                   "A report cannot be made by '" + std::string(text) + "'; there are: " + known + "tag:NAME. Several with commas between.");
}

}  // namespace

std::string report_column::title() const {
  for (const auto& [name, known] : words)
    if (known == word) return std::string(name);
  return std::string(tag_prefix) + tag;
}

result<std::vector<report_column>> report_columns(std::string_view text) {
  std::vector<report_column> columns;
  for (;;) {
    const auto comma = text.find(',');
    auto one = column_named(text.substr(0, comma));
    if (one.has_error()) return std::move(one).error();
    columns.push_back(std::move(*one));
    if (comma == std::string_view::npos) return columns;
    text.remove_prefix(comma + 1);
  }
}

std::vector<std::string> group_of(const std::vector<report_column>& columns, const stored_row& row, std::string_view tags) {
  std::vector<std::string> names;
  for (const auto& column : columns) {
    auto name = name_of(column, row, tags);
    names.push_back(name.empty() ? "(none)" : std::move(name));
  }
  return names;
}

}  // namespace sallyport::ledger
