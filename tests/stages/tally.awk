# Reads `ctest -V` and writes the lines that tests/run counts. A doctest binary counts as many as it has test cases; a case that said
# "SKIPPED: why" is skipped, not passed. Any other program that is registered counts as one. What failed is shown in full.
/^[0-9]+: / {
  number = $1; sub(/:$/, "", number)
  text = $0; sub(/^[0-9]+: /, "", text)
  if (text ~ /^(Test command|Working Directory|Environment variables|Test timeout computed)/) next
  output[number] = output[number] text "\n"
  if (text ~ /^SKIPPED: /) said_skipped[number]++
  if (text ~ /^\[doctest\] test cases:/) summary[number] = text
  next
}

/^ *[0-9]+\/[0-9]+ Test +#[0-9]+: / {
  line = $0; sub(/^.*Test +#/, "", line)
  number = line; sub(/:.*/, "", number)
  name = line; sub(/^[0-9]+: /, "", name); sub(/ .*/, "", name)
  good = (line ~ / Passed +[0-9.]+ sec/)
  if (!good) printf "%s", output[number]
  if (number in summary) report(number, name, good)
  else print (good ? "ok - " name : "not ok - " name " (" verdict(line) ")")
  delete output[number]
}

function report(number, name, good,   parts, passed, failed, skipped) {
  split(summary[number], parts, "|")
  passed = parts[2] + 0; failed = parts[3] + 0; skipped = parts[4] + 0
  if (said_skipped[number] > passed) said_skipped[number] = passed
  passed -= said_skipped[number]; skipped += said_skipped[number]
  if (!good && failed == 0) failed = 1  # it crashed, or a sanitizer spoke, after the last case
  printf "tally - %d passed, %d failed, %d skipped - %s\n", passed, failed, skipped, name
  if (said_skipped[number]) print_reasons(output[number])
}

function print_reasons(text,   lines, count, i) {
  count = split(text, lines, "\n")
  for (i = 1; i <= count; i++) if (lines[i] ~ /^SKIPPED: /) print "  " lines[i]
}

function verdict(line) { sub(/^.*\*\*\*/, "", line); return line }
