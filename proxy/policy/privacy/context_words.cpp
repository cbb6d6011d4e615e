#include "proxy/policy/privacy/context_words.hpp"

#include "proxy/policy/privacy/characters.hpp"

#include <algorithm>
#include <vector>

namespace sallyport::policy::privacy {
namespace {

using enum detector;

struct context_word {
  std::string_view text;   ///< lower case; a blank stands for one of blank, '-', '_', '.' or for nothing, as in socialSecurity
  detector_set of;
};

// A word may go on behind its end (Steuernummer, nhsNumber) unless it is of four letters or fewer: sin is not since.
constexpr std::size_t whole_word_max = 4;

constexpr context_word all_words[] = {
    {"ssn", {us_ssn}}, {"social security", {us_ssn}}, {"soc sec", {us_ssn}}, {"seguro social", {us_ssn}}, 
    {"sozialversicherung", {us_ssn}}, {"taxpayer id", {us_ssn}},

    {"card", {payment_card}}, {"creditcard", {payment_card}}, {"visa", {payment_card}}, {"karte", {payment_card}},
    {"kreditkarte", {payment_card}}, {"carte", {payment_card}}, {"tarjeta", {payment_card}}, {"carta", {payment_card}},
    {"cartão", {payment_card}}, {"cartao", {payment_card}}, {"kaart", {payment_card}}, {"karta", {payment_card}}, {"kort", {payment_card}},

    {"nir", {fr_nir}}, {"insee", {fr_nir}}, {"sécu", {fr_nir}}, {"secu", {fr_nir}}, {"sécurité sociale", {fr_nir}},
    {"securite sociale", {fr_nir}},

    {"nhs", {uk_nhs}}, {"national health", {uk_nhs}}, {"health service", {uk_nhs}}, {"patient", {uk_nhs}},

    {"steuer", {de_tax_id}}, {"idnr", {de_tax_id}}, {"id nr", {de_tax_id}}, {"tin", {de_tax_id}}, {"tax", {de_tax_id, au_tfn, br_cpf}},
    {"taxpayer", {de_tax_id, au_tfn, br_cpf}}, {"identifikationsnummer", {de_tax_id}}, {"fiscal", {de_tax_id, br_cpf}},
    {"impôt", {de_tax_id}}, {"podatkow", {de_tax_id}},

    {"bsn", {nl_bsn}}, {"burgerservice", {nl_bsn}}, {"burger service", {nl_bsn}}, {"sofi", {nl_bsn}}, {"sofinummer", {nl_bsn}},
    {"sofi nummer", {nl_bsn}}, {"citizen service", {nl_bsn}}, {"persoonsnummer", {nl_bsn}}, {"numéro de citoyen", {nl_bsn}},
    {"bürgerservice", {nl_bsn}},

    {"pesel", {pl_pesel}}, {"numer ewidencyjny", {pl_pesel}}, {"nr ewid", {pl_pesel}}, {"polish id", {pl_pesel}},
    {"polish national", {pl_pesel}},

    {"personnummer", {se_personal_number}}, {"person nr", {se_personal_number}}, {"pnr", {se_personal_number}},
    {"samordningsnummer", {se_personal_number}}, {"personal identity", {se_personal_number}}, {"personal number", {se_personal_number}},
    {"swedish id", {se_personal_number}}, {"henkilötunnus", {se_personal_number}}, {"personennummer", {se_personal_number}},

    {"cpf", {br_cpf}}, {"cadastro de pessoa", {br_cpf}}, {"contribuinte", {br_cpf}}, {"contribuyente", {br_cpf}},

    {"aadhaar", {in_aadhaar}}, {"aadhar", {in_aadhaar}}, {"adhaar", {in_aadhaar}}, {"adhar", {in_aadhaar}}, {"uidai", {in_aadhaar}},
    {"uid", {in_aadhaar}}, {"आधार", {in_aadhaar}}, {"unique identi", {in_aadhaar}},

    {"tfn", {au_tfn}},

    {"sin", {ca_sin}}, {"nas", {ca_sin}}, {"social insurance", {ca_sin}}, {"assurance sociale", {ca_sin}}, {"insurance number", {ca_sin}},
    {"insurance no", {ca_sin}},

    {"dni", {es_nif}}, {"nif", {es_nif}}, {"nie", {es_nif}}, {"documento nacional", {es_nif}}, {"identidad", {es_nif}},

    {"phone", {phone}}, {"telephone", {phone}}, {"tel", {phone}}, {"mobile", {phone}}, {"cell", {phone}}, {"cellphone", {phone}},
    {"fax", {phone}}, {"telefax", {phone}}, {"whatsapp", {phone}}, {"call me", {phone}}, {"handy", {phone}}, {"handynummer", {phone}},
    {"telefon", {phone}}, {"mobil", {phone}}, {"rufnummer", {phone}}, {"téléphone", {phone}}, {"portable", {phone}},
    {"teléfono", {phone}}, {"telefono", {phone}}, {"móvil", {phone}}, {"movil", {phone}}, {"celular", {phone}}, {"cellulare", {phone}},
    {"telefoon", {phone}}, {"mobiel", {phone}}, {"komórka", {phone}}, {"telefone", {phone}}, {"telemóvel", {phone}}, {"电话", {phone}},
    {"手机", {phone}}, {"電話", {phone}}, {"携帯", {phone}}, {"전화", {phone}}, {"फ़ोन", {phone}}, {"телефон", {phone}}, {"هاتف", {phone}},

    {"ipv6", {ip}},
};

using shelf = std::vector<context_word>;

// By the first byte, lower case.
const std::array<shelf, 256>& shelves() {
  static const auto made = [] {
    std::array<shelf, 256> sorted;
    for (const auto& word : all_words) sorted[static_cast<unsigned char>(word.text.front())].push_back(word);
    return sorted;
  }();
  return made;
}

bool is_joint(char c) { return c == ' ' || c == '-' || c == '_' || c == '.'; }

// The end of the word in the text, or 0 where it does not stand.
std::size_t end_of(std::string_view text, std::size_t at, std::string_view word) {
  for (const char c : word) {
    if (c == ' ') {
      if (is_joint(byte_at(text, at))) ++at;
    } else {
      if (at >= text.size() || lower(text[at]) != c) return 0;
      ++at;
    }
  }
  return at;
}

// camelCase begins a word too: userPhone.
bool begins_word(std::string_view text, std::size_t at) {
  const char before = byte_before(text, at);
  return !is_letter_or_digit(before) || (is_lower(before) && is_upper(text[at]));
}

bool ends_word(std::string_view text, std::size_t end) {
  const char next = byte_at(text, end);
  return !is_letter_or_digit(next) || (is_lower(text[end - 1]) && is_upper(next));
}

}  // namespace

void context_words::note(std::size_t at) {
  for (const auto& word : shelves()[static_cast<unsigned char>(lower(text_[at]))]) {
    const auto end = end_of(text_, at, word.text);
    if (end == 0 || (word.text.size() <= whole_word_max && is_letter(word.text.front()) && !ends_word(text_, end))) continue;
    for (std::size_t i = 0; i < config::detector_count; ++i)
      if (word.of.has(static_cast<detector>(i))) behind_[i] = std::max(behind_[i], end);
  }
}

void context_words::read_until(std::size_t at) {
  // The longest words end context_bytes before a number that they still count for.
  constexpr std::size_t word_bytes_max = 32;
  if (at > read_ + context_bytes + word_bytes_max) read_ = at - context_bytes - word_bytes_max;
  for (; read_ < at; ++read_) {
    const char c = text_[read_];
    if ((is_letter(c) || !is_ascii(c)) && begins_word(text_, read_)) note(read_);
  }
}

bool context_words::precede(std::size_t at, detector which) {
  read_until(at);
  const auto end = behind_[static_cast<std::size_t>(which)];
  return end > 0 && end <= at && at - end <= context_bytes;
}

}  // namespace sallyport::policy::privacy
