package secret

// luhn: the check digit of payment cards (ISO/IEC 7812-1).
func luhn(d []byte) bool {
	sum := 0
	for i := range d {
		n := int(d[len(d)-1-i] - '0')
		if i%2 == 1 {
			if n *= 2; n > 9 {
				n -= 9
			}
		}
		sum += n
	}
	return sum%10 == 0
}

// brand says whether some card scheme numbers its cards like this.
func brand(d []byte) bool {
	n := len(d)
	head := func(k int) int { v, _ := figures(d[:k], 0); return v }
	h2, h3, h4 := head(2), head(3), head(4)
	switch {
	case d[0] == '4': // Visa
		return n == 13 || n == 16 || n == 19
	case h2 >= 51 && h2 <= 55, h4 >= 2221 && h4 <= 2720, h4 >= 2200 && h4 <= 2205: // Mastercard, Mir
		return n == 16 || h4 <= 2205 && n <= 19 && n >= 16
	case h2 == 34 || h2 == 37: // American Express
		return n == 15
	case h2 == 36 || h2 == 38 || h2 == 39 || h3 >= 300 && h3 <= 305: // Diners
		return n == 14 || n == 16
	case h4 >= 3528 && h4 <= 3589: // JCB
		return n >= 16
	case d[0] == '6', h2 == 50 || h2 >= 56 && h2 <= 58, h2 == 81 || h2 == 82, h4 == 9792: // Discover, UnionPay, Maestro, RuPay, Troy
		return n >= 13
	}
	return false
}

// iban: the remainder of ISO 13616 over letters and digits, upper case.
func iban(s []byte) bool {
	if len(s) < 15 || len(s) > 34 || !upper(s[0]) || !upper(s[1]) || !isDigit(s[2]) || !isDigit(s[3]) {
		return false
	}
	r := 0
	for i := range s {
		c := s[(i+4)%len(s)]
		if isDigit(c) {
			r = (r*10 + int(c-'0')) % 97
		} else {
			r = (r*100 + int(c-'A') + 10) % 97
		}
	}
	return r == 1
}
