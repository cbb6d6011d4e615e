#pragma once
/// Which configuration a command works on, and how its problems are shown.

#include "config/load.hpp"
#include "proxy/commands/exit_code.hpp"

#include <ostream>
#include <string>

namespace sallyport::commands {

/// `file` if given; else ./sallyport.yaml if it is there; else what the environment offers. A file that cannot be read is a problem.
config::loaded read_configuration(const std::string& file);
/// The same with another world for its references.
config::loaded read_configuration(const std::string& file, const config::surroundings& world);

/// Where it came from, for messages: the file's name or "the environment".
std::string configuration_source(const std::string& file);

/// Each problem and warning on a line of its own.
void print_problems(const config::loaded& from, std::ostream& out);

}  // namespace sallyport::commands
