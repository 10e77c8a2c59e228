#include "registers/registers.h"

namespace tamga::registers {

std::string_view format_name(Format format) {
  switch (format) {
    case Format::bods: return "bods";
    case Format::ftm: return "ftm";
    case Format::gleif: return "gleif";
    case Format::csv: return "csv";
  }
  return "";
}

}  // namespace tamga::registers
