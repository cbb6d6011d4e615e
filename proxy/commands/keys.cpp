#include "proxy/commands/keys.hpp"

#include "proxy/commands/configuration.hpp"
#include "proxy/ledger/key_store.hpp"
#include "proxy/stages/keyring.hpp"

#include <iostream>

namespace sallyport::commands {
namespace {

std::string hex(const stages::key_hash& hash) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text;
  for (const auto byte : hash) {
    text += digits[byte >> 4];
    text += digits[byte & 15u];
  }
  return text;
}

}  // namespace

int new_key(const std::string& team, const std::string& name) {
  const auto key = ledger::random_key();
  if (key.empty()) {
    std::cerr << "No random numbers to be had from the system.\n";
    return failed;
  }
  std::cout << "The key, shown this once; hand it to the app:\n\n  " << key << "\n\nPaste into the configuration:\n\nteams:\n  " << team
            << ":\n    keys:\n      - {name: " << name << ", sha256: " << hex(stages::sha256_of(key)) << "}\n";
  return done;
}

}  // namespace sallyport::commands
