namespace CloudPos.Cards;

/// <summary>
/// The check digit of card numbers (ISO/IEC 7812-1, annex B): from the right, every second digit is doubled,
/// a sum above 9 loses 9, and the total is a multiple of ten.
/// </summary>
public static class Luhn
{
    /// <summary>False for an empty text and for anything that is not ASCII digits.</summary>
    public static bool IsValid(ReadOnlySpan<char> digits)
    {
        var sum = 0;
        for (var i = 0; i < digits.Length; i++)
        {
            var digit = digits[digits.Length - 1 - i] - '0';
            if (digit is < 0 or > 9)
                return false;
            sum += Weigh(digit, i);
        }
        return digits.Length > 0 && sum % 10 == 0;
    }

    /// <summary>The same for ASCII bytes.</summary>
    public static bool IsValid(ReadOnlySpan<byte> asciiDigits)
    {
        var sum = 0;
        for (var i = 0; i < asciiDigits.Length; i++)
        {
            var digit = asciiDigits[asciiDigits.Length - 1 - i] - '0';
            if (digit is < 0 or > 9)
                return false;
            sum += Weigh(digit, i);
        }
        return asciiDigits.Length > 0 && sum % 10 == 0;
    }

    private static int Weigh(int digit, int placeFromRight)
    {
        if (placeFromRight % 2 == 0)
            return digit;
        return digit > 4 ? digit * 2 - 9 : digit * 2;
    }
}
