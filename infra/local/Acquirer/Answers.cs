using CloudPos.Iso8583;

namespace CloudPos.Local.Acquirer;

/// <summary>Builds answers: what is echoed, and what is added. Card data is never sent back.</summary>
internal static class Answers
{
    private static readonly int[] Echoed = [3, 4, 7, 11, 12, 13, 15, 32, 37, 41, 42, 49, 50, 70];

    public static Iso8583Message To(Iso8583Message request, string code)
    {
        var answer = new Iso8583Message(Mti.ResponseTo(request.Mti));
        foreach (var field in Echoed)
            if (request.Get(field) is { } text) answer.Set(field, text);
        answer.Set(39, code);
        return answer;
    }

    /// <summary>The answer that a transaction got and always gets.</summary>
    public static Iso8583Message To(Iso8583Message request, Transaction transaction)
    {
        var answer = To(request, transaction.Code);
        answer.Set(15, $"{transaction.SettlementDate:MMdd}");
        if (transaction.PartMinor is { } part) answer.Set(4, $"{part:D12}");
        if (transaction.AuthorisationCode is { } code) answer.Set(38, code);
        return answer;
    }

    /// <summary>The first of these fields that a request lacks; 0 where it has them all.</summary>
    public static int MissingOf(Iso8583Message request, ReadOnlySpan<int> fields)
    {
        foreach (var field in fields)
            if (!request.Has(field)) return field;
        return 0;
    }
}
