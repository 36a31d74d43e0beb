package secret

// Punctuation is the ASCII form of a punctuation mark of another script that
// stands for the same; 0: none.
func Punctuation(r rune) byte {
	switch r {
	case '、', '،', '､', '٬':
		return ','
	case '。', '｡', '۔', '।', '॥', '٫':
		return '.'
	case '؛':
		return ';'
	case '؟':
		return '?'
	}
	return 0
}
