"""The public face: the board, every figure's explanation, and the live stream that keeps an open board true."""
