package api

func asyncDocument() ([]byte, error) { return []byte("{}"), nil }
