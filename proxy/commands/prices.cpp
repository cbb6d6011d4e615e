#include "proxy/commands/prices.hpp"

#include "config/load.hpp"
#include "config/price_list.hpp"
#include "config/reference.hpp"
#include "config/scalar.hpp"
#include "proxy/commands/exit_code.hpp"
#include "proxy/observe/usd_text.hpp"

#include <iomanip>
#include <iostream>

namespace sallyport::commands {
namespace {

void print_line(const std::string& provider, const std::string& model, const std::string& from, const std::string& above,
                const std::array<std::string, 5>& rates) {
  std::cout << std::left << std::setw(14) << provider << ' ' << std::setw(50) << model << ' ' << std::setw(10) << from << std::right
            << std::setw(9) << above;
  for (const auto& rate : rates) std::cout << ' ' << std::setw(11) << rate;
  std::cout << '\n';
}

/// One line a tier; only the first says whose it is.
void print_period(const config::listed_price& row, const config::price_period& period, bool is_first) {
  const bool is_dated = period.from != std::chrono::sys_days::min();
  for (const auto& tier : period.tiers) {
    const bool names_it = is_first && tier.above == 0;
    const auto& p = tier.per_million;
    print_line(names_it ? row.provider : "", names_it ? row.model : "", is_dated && tier.above == 0 ? config::text_of(period.from) : "",
               tier.above > 0 ? std::to_string(tier.above) : "",
               {observe::usd_text(p.input), observe::usd_text(p.cached_input), observe::usd_text(p.cache_write),
                observe::usd_text(p.output), observe::usd_text(p.reasoning)});
  }
}

config::loaded_prices read_file(const std::string& file) {
  const auto world = config::real_surroundings();
  const auto text = world.file(file);
  if (text) return config::load_prices(*text, file, world);
  return {.value = nullptr, .problems = {{.file = file, .sentence = "cannot be read"}}};
}

}  // namespace

int list_prices(const list_options& options) {
  config::loaded_prices file;
  if (!options.file.empty()) {
    file = read_file(options.file);
    for (const auto& one : file.problems) std::cerr << to_string(one) << '\n';
    if (!file.value) return bad_configuration;
  }
  const auto& rows = file.value ? file.value->rows : config::price_list();
  const auto& provider = options.provider;
  std::cout << (file.value ? options.file : std::string("Built-in prices")) << ", version "
            << (file.value ? file.value->version : std::string(config::price_list_version()))
            << ": USD per million tokens. A deployment's own `price` goes before them.\n"
               "from: the UTC day from which a line is valid. above: a request whose prompt has more tokens costs as that line says, all "
               "of it.\n\n";
  print_line("provider", "model", "from", "above", {"input", "cached", "cache_write", "output", "reasoning"});
  bool found = false;
  for (const auto& row : rows) {
    if (!provider.empty() && row.provider != provider) continue;
    for (const auto& period : row.price.periods) print_period(row, period, &period == &row.price.periods.front());
    found = true;
  }
  if (found) return done;
  std::cerr << "No prices for '" << provider << "'. Leave the name out to see all.\n";
  return failed;
}

}  // namespace sallyport::commands
