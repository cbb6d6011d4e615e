#pragma once
/// How well the built-in detectors do on cases that others labelled: Microsoft Presidio's recogniser tests (corpora/presidio/cases.jsonl),
/// and its generated sentences (synth_dataset_v2.json of presidio-research), where somebody has them.

#include <istream>
#include <string>
#include <string_view>
#include <vector>

namespace sallyport::tests {

/// Whose cases a detector is held against, and a word that says what the number is.
struct judged {
  std::string_view entity;  ///< Presidio's name
  std::string_view detector;
  std::string_view word;
};

inline constexpr judged judged_entities[] = {
    {"CREDIT_CARD", "payment_card", "Card number: "},
    {"IBAN_CODE", "iban", "IBAN: "},
    {"EMAIL_ADDRESS", "email", "E-mail: "},
    {"IP_ADDRESS", "ip", "IPv6: "},
    {"US_SSN", "us_ssn", "Social security number: "},
    {"PHONE_NUMBER", "phone", "Telephone: "},
    {"UK_NHS", "uk_nhs", "NHS number: "},
    {"UK_NINO", "uk_nino", "NINO: "},
    {"DE_TAX_ID", "de_tax_id", "Steuer-ID: "},
    {"ES_NIF", "es_nif", "NIF: "},
    {"ES_NIE", "es_nif", "NIE: "},
    {"IT_FISCAL_CODE", "it_fiscal_code", "Codice fiscale: "},
    {"PL_PESEL", "pl_pesel", "PESEL: "},
    {"SE_PERSONNUMMER", "se_personal_number", "Personnummer: "},
    {"IN_AADHAAR", "in_aadhaar", "Aadhaar: "},
    {"AU_TFN", "au_tfn", "TFN: "},
    {"CA_SIN", "ca_sin", "SIN: "},
};

struct labelled_text {
  std::string entity;
  std::string text;
  bool holds = false;  ///< the entity is in the text
  bool weak = false;   ///< Presidio itself asks for more than the number: its score is 0.4 at most
};

/// Texts, of which `holding` hold the entity. Those found although they hold none are false alarms.
struct quality {
  std::size_t holding = 0, without = 0;
  std::size_t found = 0;              ///< as the text stands
  std::size_t found_beside_word = 0;  ///< those, and those that are found with the word before the text
  std::size_t weak_found = 0;         ///< as it stands, the weak ones with the word before them
  std::size_t false_alarms = 0;

  double recall() const { return share(found, holding); }
  double recall_beside_word() const { return share(found_beside_word, holding); }
  double recall_of_weak_named() const { return share(weak_found, holding); }
  double precision() const { return share(found, found + false_alarms); }

 private:
  static double share(std::size_t part, std::size_t of) { return of == 0 ? 1.0 : static_cast<double>(part) / static_cast<double>(of); }
};

/// Of cases.jsonl.
std::vector<labelled_text> presidio_cases(std::istream& lines);

/// Of synth_dataset_v2.json: each sentence once for each entity that is judged.
std::vector<labelled_text> generated_sentences(std::istream& file);

/// By the texts of that entity.
quality judge(const judged& which, const std::vector<labelled_text>& texts);

}  // namespace sallyport::tests
