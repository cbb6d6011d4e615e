#include "tests/support/detections.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace sallyport;
using tests::is_found;

namespace {

void check_found(const char* name, std::initializer_list<const char*> texts) {
  for (const std::string text : texts) {
    CAPTURE(std::string(name));
    CAPTURE(text);
    CHECK(is_found(name, text));
  }
}

void check_missing(const char* name, std::initializer_list<const char*> texts) {
  for (const std::string text : texts) {
    CAPTURE(std::string(name));
    CAPTURE(text);
    CHECK_FALSE(is_found(name, text));
  }
}

}  // namespace

TEST_CASE("us_ssn: areas, groups and serials that were never given out are refused, and so are those of advertisements") {
  check_found("us_ssn",
              {"536-90-4399", "536 90 4399", "536.90.4399", "SSN 536904399", "social security number: 536904399", "\"ssn\":\"536904399\""});
  check_missing("us_ssn", {"000-90-4399", "666-90-4399", "900-90-4399", "536-00-4399", "536-90-0000", "078-05-1120", "219-09-9999",
                           "536904399", "536-90-43991", "1536-90-4399", "536-90.4399", "1-536-90-4399", "SSN 078051120"});
}

TEST_CASE("uk_nhs: modulus 11, written 3 3 4 or beside a word that says so") {
  check_found("uk_nhs", {"943 476 5919", "450 557 7104", "NHS number 9434765919", "NHS no. 943-476-5919", "nhsNumber: 9434765919"});
  check_missing("uk_nhs", {"943 476 5918", "9434765919", "943-476-5919", "NHS number 9434765918", "000 000 0000"});
}

TEST_CASE("uk_nino: prefixes that are never used and suffixes beyond D are refused") {
  check_found("uk_nino", {"AB123456C", "AB 12 34 56 C", "ab123456c", "PR 123612C", "NI number AB 123456 D."});
  check_missing("uk_nino", {"DA123456A", "AO123456A", "QQ123456C", "BG123456A", "GB123456A", "ZZ123456A", "AB123456E", "AB12345C",
                            "AB1234567C", "xAB123456C", "AB123456CX"});
}

TEST_CASE("de_tax_id: check digit, and a word, unless written 2 3 3 3 with one digit that stands twice or three times") {
  check_found("de_tax_id", {"86 095 742 719", "47 036 892 816", "Steuer-ID: 86095742719", "IdNr. 65929970489", "tax id 86095742719"});
  check_missing("de_tax_id", {"86 095 742 718", "86095742719", "Steuer-ID: 86095742718", "Steuer-ID: 06095742719", "12 345 678 903"});
}

TEST_CASE("fr_nir: month, sex and the key, those of Corsica included") {
  check_found("fr_nir", {"185057800608491", "1 85 05 78 006 084 91", "2 69 05 49 588 157 80", "1850578006084 91", "185052A00608435",
                         "185052b00608462", "NIR 385057800608488"});
  check_missing("fr_nir", {"185057800608490", "985057800608491", "185137800608491", "185052A00608436", "385057800608488"});
}

TEST_CASE("es_nif: the check letter of DNI, NIE, and NIF of persons") {
  check_found("es_nif", {"12345678Z", "12345678-Z", "54362315K", "x1234567l", "X2482300W", "Y1234567X", "Z1234567R", "DNI 1111111G",
                         "NIF: 1111111-G"});
  check_missing("es_nif", {"12345678A", "X1234567A", "1111111G", "W1234567L", "A12345678Z", "12345678ZA", "B12345674"});
}

TEST_CASE("it_fiscal_code: form, day, check letter, and letters in place of digits") {
  check_found("it_fiscal_code", {"RSSMRA85T10A562S", "rccmnl83s18d969h", "CNTCHR83T41D969D", "RSSMRA85T10A5S2E"});
  check_missing("it_fiscal_code",
                {"RSSMRA85T10A562T", "RSSMRA85T40A562S", "RSSMRA85Z10A562S", "RSSMRA85T10A562", "RSSMRA85T10A562SX", "R5SMRA85T10A562S"});
}

TEST_CASE("nl_bsn: the eleven test, and a word unless written 4.2.3") {
  check_found("nl_bsn", {"BSN 111222333", "burgerservicenummer: 123456782", "1112.22.333", "bsn 111 222 333", "sofinummer 123456782"});
  check_missing("nl_bsn", {"111222333", "BSN 111222334", "BSN 000000000", "1112.22.334"});
}

TEST_CASE("pl_pesel: check digit, a date of birth, and a word") {
  check_found("pl_pesel", {"PESEL 44051401359", "pesel: 02070803628", "nr PESEL to 44051401359"});
  check_missing("pl_pesel", {"44051401359", "PESEL 44051401358", "PESEL 44351401350", "PESEL 11111111111"});
}

TEST_CASE("se_personal_number: date and check digit, with or without the century; minutes are not persons") {
  check_found("se_personal_number",
              {"811228-9874", "670919-9530", "19670919-9530", "196709199530", "701063-2391", "personnummer 6709199530"});
  check_missing("se_personal_number", {"811228-9873", "811328-9874", "6709199530", "226709199530", "811232-9874", "701093-2391"});
  check_missing("se_personal_number", {"202403151232", "20240315-1232"});
  check_found("se_personal_number", {"pnr 202403151232", "pnr 20240315-1232"});
}

TEST_CASE("br_cpf: both check digits, and a word unless written 3.3.3-2") {
  check_found("br_cpf", {"529.982.247-25", "111.444.777-35", "CPF 52998224725", "cpf: 111444777-35"});
  check_missing("br_cpf", {"529.982.247-24", "529.982.247-35", "52998224725", "111.111.111-11", "CPF 52998224724"});
}

TEST_CASE("in_aadhaar: Verhoeff, the first digit, and a word unless written 4 4 4") {
  check_found("in_aadhaar", {"2345 6789 0124", "9999 4105 7058", "5432-1098-7652", "Aadhaar 234567890124", "आधार 234567890124"});
  check_missing("in_aadhaar", {"2345 6789 0125", "2345 6789 0142", "234567890124", "1345 6789 0124", "2345 6789 0124 4444",
                               "123 2345 6789 0124", "9-2345-6789-0124"});
  check_found("in_aadhaar", {"page 12 2345 6789 0124 3"});
}

TEST_CASE("au_tfn and ca_sin: check digit and a word, since any number of nine digits is written 3 3 3") {
  check_found("au_tfn", {"TFN 123456782", "tax file number: 123 456 782", "TFN 865-414-088"});
  check_missing("au_tfn", {"123456782", "123 456 782", "TFN 123456783", "TFN 000000000"});
  check_found("ca_sin", {"130-692-544", "my SIN is 130 692 544", "NAS : 193456787", "social insurance number 130692544"});
  check_missing("ca_sin", {"130 692 544", "130692544", "130-692-545", "SIN 046 454 286", "SIN 812 345 676", "since 130692544"});
}

TEST_CASE("digits of other scripts and of full width are digits") {
  check_found("in_aadhaar", {"आधार २३४५६७८९०१२४"});
  check_found("us_ssn", {"５３６-９０-４３９９", "٥٣٦-٩٠-٤٣٩٩"});
}
