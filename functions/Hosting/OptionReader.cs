using System.Collections;
using System.Globalization;

namespace CloudPos.Functions.Hosting;

/// <summary>Reads named settings from arguments and environment, and remembers every fault it met.</summary>
internal sealed class OptionReader
{
    private readonly Dictionary<string, string> _given = new(StringComparer.Ordinal);
    private readonly HashSet<string> _asked = new(StringComparer.Ordinal);
    private readonly List<string> _faults = [];
    private readonly IDictionary _environment;

    public OptionReader(IReadOnlyList<string> arguments, IDictionary environment)
    {
        _environment = environment;
        for (var index = 0; index < arguments.Count; index++)
        {
            var argument = arguments[index];
            if (!argument.StartsWith("--", StringComparison.Ordinal))
            {
                _faults.Add($"'{argument}' stands alone: settings are given as --name value.");
                continue;
            }
            var equals = argument.IndexOf('=', StringComparison.Ordinal);
            var name = equals < 0 ? argument[2..] : argument[2..equals];
            var value = equals < 0 ? "" : argument[(equals + 1)..];
            var next = index + 1 < arguments.Count ? arguments[index + 1] : "--";
            if (equals < 0 && !next.StartsWith("--", StringComparison.Ordinal))
            {
                value = next;
                index++;
            }
            if (!_given.TryAdd(name, value))
                _faults.Add($"--{name} is given twice.");
        }
    }

    public string? Text(string name)
    {
        _asked.Add(name);
        if (!_given.TryGetValue(name, out var value))
            value = _environment[Variable(name)] as string;
        else if (value.Length == 0)
            _faults.Add($"--{name} has no value.");
        return string.IsNullOrEmpty(value) ? null : value;
    }

    /// <summary>Null when the setting is absent, or present and not readable, which is a fault.</summary>
    public T? Parsed<T>(string name, Func<string, T?> parse, string shape) where T : class
    {
        if (Text(name) is not { } text)
            return null;
        var value = parse(text);
        if (value is null)
            _faults.Add($"--{name} is not {shape}.");
        return value;
    }

    /// <summary>
    /// Null when the setting is absent, or no whole number within the bounds, which is a fault.
    /// </summary>
    public int? Number(string name, int min, int max)
    {
        if (Text(name) is not { } text)
            return null;
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            && number >= min && number <= max)
            return number;
        _faults.Add(string.Create(CultureInfo.InvariantCulture, $"--{name} is not from {min} to {max}."));
        return null;
    }

    public IReadOnlyList<string>? List(string name) =>
        Text(name)?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    /// <summary>A setting without a value, or with "true" or "false".</summary>
    public bool Flag(string name)
    {
        _asked.Add(name);
        if (!_given.TryGetValue(name, out var value))
            value = _environment[Variable(name)] as string ?? "false";
        if (value is not ("" or "true" or "false"))
            _faults.Add($"--{name} is 'true' or 'false', or stands without a value.");
        return value is "" or "true";
    }

    /// <summary>All faults so far, with the arguments that nobody asked for.</summary>
    public List<string> Faults() =>
        [.. _faults, .. _given.Keys.Where(
            name => !_asked.Contains(name)).Select(name => $"--{name} is not known.")];

    private static string Variable(string name) =>
        "CLOUDPOS_" + name.ToUpperInvariant().Replace('-', '_');
}
