#include "config/presets.hpp"
#include "config/reference.hpp"
#include "config/root_keys.hpp"

#include <algorithm>
#include <map>

namespace sallyport::config {
namespace {

constexpr std::string_view introduction = R"(# Configuration

This page is made from the program's own table of keys: `sallyport schema --reference > docs/configuration.md`.
The same table makes the JSON Schema for editors: `sallyport schema > sallyport.schema.json`, and as the first line of the file
`# yaml-language-server: $schema=./sallyport.schema.json`.

The file is YAML. It is read strictly: an unknown key, a key that stands twice, a value of the wrong type, a name that is not defined and
a variable that is not set are problems. All of them are said at once as `FILE:LINE:COLUMN: path: sentence`, and with any of them nothing
starts or changes. `sallyport check` does that alone.

## Values

| kind | written as |
|---|---|
| duration | `300ms`, `30s`, `5m`, `2h`, `7d`: whole numbers, always with a unit |
| size | `512B`, `64KiB`, `32MiB`, `1GiB`: always with a unit |
| count | `500`, `10k`, `2M` |
| true or false | `true`, `false`; not `yes`, `no`, `on`, `off` |
| number | digits without quotes and without a leading zero (`"123"` is a text; `010` is refused, since some read it as 8) |
| dollars | `3`, `0.15`: decimal, at most nine digits after the point, kept exact |
| path | a relative one starts at the folder of the file that it stands in |
| name | letters, digits, `.`, `_`, `-`, at most 64; models: visible ASCII, at most 256 |

Anchors and aliases are read. Tags, the merge key `<<` and a second document are refused. Limits: 8 MiB a file, 200,000 values, 32 levels.

## References

| reference | stands for |
|---|---|
| `${env:NAME}` | the variable; unset is a problem |
| `${env:NAME:-default}` | the variable, or the text after `:-` when it is unset |
| `${file:PATH}` | the content of the file without its last line break |
| `$$` | a dollar sign |

They are filled in after the YAML was parsed, in values only, so what comes in can add neither keys nor structure. A value that was filled
in may be of any kind, with or without quotes. Inside of `{...}` and `[...]` YAML wants quotes around a reference.

A secret (a provider's `key`, the admin `token`, the `value` of a team's key) is one reference and nothing else, unless
`allow_inline_secrets: true`.

## Keys
)";

constexpr std::string_view of_prices = R"(A deployment's own `price` goes before everything else (basis `contract`). Without one the
file of `prices: {file: PATH}` is asked, then the built-in list (basis `list`): by kind and exact model name, then by the name without a
date at its end (`-2024-07-18`, `-20240718`). Nothing looser, since a wrong price is worse than an unknown one: an unknown price is counted as
such, and the request is served.

    price: {input: 3, cached_input: 0.3, output: 15, tiers: [{above: 200k, input: 6, cached_input: 0.6, output: 22.5}]}
    price: [{input: 2.5, output: 10}, {from: 2027-01-01, input: 2, output: 8}]

A request whose prompt, cached tokens included, has more tokens than a tier is `above` costs that tier's price, all of it. A price with
`from` is valid from the beginning of that day in UTC, by the moment of the send; rows of the ledger then name the day, as in
`contract:2027-01-01`.

A price file has the same prices by kind and model, and is read as strictly as this one:

    version: "2026-11"                      # any text; rows of the ledger name it, as in file:2026-11
    same_as: {azure_openai: openai}         # optional: kinds whose models cost what they cost at another
    prices:
      openai:
        gpt-4o: {input: 2.5, cached_input: 1.25, output: 10}

`sallyport prices import` makes one from LiteLLM's or genai-prices' list. [costs.md](costs.md) has the arithmetic.
)";

std::string cell(std::string text) {
  for (std::size_t at = text.find('|'); at != std::string::npos; at = text.find('|', at + 2)) text.insert(at, "\\");
  return text;
}

std::string code(const std::string& text) { return text.empty() ? "" : "`" + text + "`"; }

bool has_members(const key_row& row) { return !row.members.empty(); }

/// The path of what stands below a key: NAME for an entry of a map, [] for an item of a list.
std::string path_inside(const std::string& path, const key_row& row) {
  if (row.is == key_row::form::map_of_sections) return path + ".NAME";
  if (row.is == key_row::form::list_of_sections) return path + "[]";
  return path;
}

std::string row_line(const key_row& row) {
  const std::string fallback = row.missing.empty() ? code(row.fallback) : "required";
  return "| `" + row.name + "` | " + cell(row.word) + " | " + fallback + " | " + cell(row.sentence) + " |\n";
}

/// One table for a section, then those of the sections in it.
void put_section(const std::string& path, const std::string& sentence, const std::vector<key_row>& rows, std::string& page) {
  page += "\n### " + (path.empty() ? "Top level" : "`" + path + "`") + "\n\n";
  if (!sentence.empty()) page += sentence + "\n\n";
  page += "| key | type | default | |\n|---|---|---|---|\n";
  for (const auto& row : rows)
    if (row.implemented) page += row_line(row);
  for (const auto& row : rows) {
    const std::string below = path.empty() ? row.name : path + "." + row.name;
    if (has_members(row)) put_section(path_inside(below, row), row.sentence, row.members, page);
  }
}

void put_later_keys(const std::string& path, const std::vector<key_row>& rows, std::string& page) {
  for (const auto& row : rows) {
    const std::string here = path.empty() ? row.name : path + "." + row.name;
    if (!row.implemented) page += "- `" + here + "`\n";
    put_later_keys(path_inside(here, row), row.members, page);
  }
}

std::string auth_text(const preset& kind) {
  switch (kind.auth) {
    case auth_scheme::none: return "none";
    case auth_scheme::bearer: return "bearer";
    case auth_scheme::header: return "`" + kind.auth_header + "`";
  }
  return "";
}

std::string dialects_text(const preset& kind) {
  std::string text;
  for (const auto one : kind.speaks) text += (text.empty() ? "`" : ", `") + std::string(name_of(one)) + "`";
  return text;
}

void put_presets(std::string& page) {
  page += "\n## Presets\n\nWhat `kind` stands for. Every key of a provider overrides it.\n\n"
          "| kind | base_url | dialects | key sent as | usual variable | class |\n|---|---|---|---|---|---|\n";
  for (const auto& kind : presets()) {
    const std::string base = kind.base ? "`" + kind.base->text + "`" : "required, as in `" + kind.example + "`";
    page += "| `" + kind.name + "` | " + base + " | " + dialects_text(kind) + " | " + auth_text(kind) + " | `" + kind.variable + "` | " +
            std::string(name_of(kind.runs_as)) + " |\n";
  }
}

void put_later(std::string& page) {
  page += "\n## Not implemented yet\n\nThese are refused, never ignored.\n\n";
  put_later_keys("", rows_of(root_keys()), page);
  for (const auto& kind : later_kinds()) {
    const std::string door = "; its door for `openai_compatible`: `" + kind.openai_door + "`";
    page += "- `kind: " + kind.name + "`" + (kind.openai_door.empty() ? "" : door) + "\n";
  }
}

void put_prices(std::string& page) {
  std::map<std::string, std::size_t> rows;
  for (const auto& row : price_list()) ++rows[row.provider];
  page += "\n## Prices\n\n" + std::string(of_prices) + "\nThe built-in list is of " + std::string(price_list_version()) +
          "; `sallyport prices list` prints it.\n\n| kind | models |\n|---|---|\n";
  for (const auto& [provider, count] : rows) page += "| `" + provider + "` | " + std::to_string(count) + " |\n";
}

}  // namespace

std::string reference_page() {
  std::string page(introduction);
  put_section("", "", rows_of(root_keys()), page);
  put_presets(page);
  put_prices(page);
  put_later(page);
  return page;
}

}  // namespace sallyport::config
