#include "proxy/commands/check.hpp"

#include "config/reference.hpp"
#include "proxy/commands/configuration.hpp"
#include "proxy/observe/usd_text.hpp"

#include <iomanip>
#include <iostream>

namespace sallyport::commands {

int check(const std::string& file) {
  const auto read = read_configuration(file);
  print_problems(read, std::cerr);
  if (!read.value) return bad_configuration;
  std::cout << configuration_source(file) << " is valid: " << read.value->providers.size() << " providers, " << read.value->deployments.size()
            << " deployments, " << read.value->models.size() << " models, " << read.value->teams.size() << " teams.\n";
  return done;
}

int print_schema(bool reference_page) {
  std::cout << (reference_page ? config::reference_page() : config::json_schema());
  return done;
}

int list_prices(const std::string& provider) {
  std::cout << "Built-in prices of " << config::price_list_version() << ", USD per million tokens. A deployment's own `price` goes before them.\n"
            << std::left << std::setw(18) << "provider" << std::setw(48) << "model" << std::right << std::setw(10) << "input" << std::setw(12)
            << "cached" << std::setw(12) << "cache_write" << std::setw(10) << "output" << std::setw(11) << "reasoning" << '\n';
  std::size_t shown = 0;
  for (const auto& row : config::price_list()) {
    if (!provider.empty() && row.provider != provider) continue;
    const auto& price = row.per_million;
    std::cout << std::left << std::setw(18) << row.provider << std::setw(48) << row.model << std::right << std::setw(10)
              << observe::usd_text(price.input) << std::setw(12) << observe::usd_text(price.cached_input) << std::setw(12)
              << observe::usd_text(price.cache_write) << std::setw(10) << observe::usd_text(price.output) << std::setw(11)
              << observe::usd_text(price.reasoning) << '\n';
    ++shown;
  }
  if (shown > 0) return done;
  std::cerr << "No prices for '" << provider << "'. Leave the name out to see all.\n";
  return failed;
}

}  // namespace sallyport::commands
