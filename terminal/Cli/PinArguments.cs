namespace CloudPos.Terminal.Cli;

/// <summary>
/// PINs among the arguments. Other users of a machine can read a program's arguments, so a PIN may also be a
/// line of standard input: "-" stands for the next one. It is read here, in the process that was started,
/// since a verb may be handed over to another.
/// </summary>
internal static class PinArguments
{
    public const string Pin = "--pin";
    public const string ManagerPin = "--manager-pin";
    private const string FromInput = "-";

    public static string[] Expand(string[] arguments, TextReader input)
    {
        string[] expanded = [.. arguments];
        for (var index = 0; index < expanded.Length; index++)
            foreach (var option in new[] { Pin, ManagerPin })
                if (expanded[index] == $"{option}={FromInput}")
                    expanded[index] = $"{option}={Line(input)}";
                else if (expanded[index] == FromInput && index > 0 && expanded[index - 1] == option)
                    expanded[index] = Line(input);
        return expanded;
    }

    private static string Line(TextReader input) => input.ReadLine()?.Trim() ?? "";
}
