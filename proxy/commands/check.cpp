#include "proxy/commands/check.hpp"

#include "config/reference.hpp"
#include "proxy/commands/configuration.hpp"

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

}  // namespace sallyport::commands
