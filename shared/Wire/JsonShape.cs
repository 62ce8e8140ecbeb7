using System.Collections;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace CloudPos.Wire;

/// <summary>
/// Compares JSON with the type that it is meant for. The wire's records leave out what is null, so their
/// constructors cannot demand every member; what is left out where null is not allowed would otherwise
/// surface far from where it was read.
/// </summary>
public static class JsonShape
{
    /// <summary>
    /// The path of the first member that is null and may not be, such as "$.card.lastFour"; or null.
    /// </summary>
    public static string? FirstMissing(object value, JsonTypeInfo type, string path = "$")
    {
        if (value is Money { Currency.Code: null })
            return path;
        if (type.Kind == JsonTypeInfoKind.Enumerable && value is IEnumerable items)
        {
            var element = type.Options.GetTypeInfo(type.ElementType!);
            var index = 0;
            foreach (var item in items)
            {
                var place = Item(path, index++);
                if ((item is null ? place : FirstMissing(item, element, place)) is { } missing)
                    return missing;
            }
            return null;
        }
        if (type.Kind != JsonTypeInfoKind.Object)
            return null;
        foreach (var property in type.Properties)
            if (property.Get is { } get
                && Missing(property, get(value), $"{path}.{property.Name}") is { } missing)
                return missing;
        return null;
    }

    /// <summary>
    /// The path of the first member that the type does not have, and those that it has there; or null.
    /// </summary>
    public static (string Path, IReadOnlyList<string> Known)? FirstUnknown(
        JsonElement json, JsonTypeInfo type, string path = "$")
    {
        if (type.Kind == JsonTypeInfoKind.Enumerable && json.ValueKind == JsonValueKind.Array)
        {
            var element = type.Options.GetTypeInfo(type.ElementType!);
            var index = 0;
            foreach (var item in json.EnumerateArray())
                if (FirstUnknown(item, element, Item(path, index++)) is { } unknown)
                    return unknown;
        }
        if (type.Kind == JsonTypeInfoKind.Object && json.ValueKind == JsonValueKind.Object)
            foreach (var member in json.EnumerateObject())
            {
                var place = $"{path}.{member.Name}";
                if (type.Properties.FirstOrDefault(one => one.Name == member.Name) is not { } property)
                    return (place, [.. type.Properties.Select(one => one.Name)]);
                if (FirstUnknown(
                    member.Value, type.Options.GetTypeInfo(property.PropertyType), place) is { } unknown)
                    return unknown;
            }
        return null;
    }

    /// <summary>What a type takes, in words; null where words say no more than its name.</summary>
    public static string? Expected(Type type)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (type.IsEnum)
            return $"one of {string.Join(", ", Enum.GetNames(type))}";
        if (type == typeof(Money))
            return """an amount such as {"minor": 5000, "currency": "EUR"}, without a decimal point""";
        if (type == typeof(DateTimeOffset))
            return "a moment such as \"2026-03-01T06:00:00Z\"";
        if (type == typeof(bool))
            return "true or false";
        if (type == typeof(string))
            return "a text in quotes";
        return type == typeof(int) || type == typeof(long) ? "a whole number" : null;
    }

    /// <summary>The type at a path such as "$.floorLimits[0].amount"; null where it leads nowhere.</summary>
    public static Type? TypeAt(string path, JsonTypeInfo type)
    {
        foreach (var step in path.Split('.', '[').Skip(1))
        {
            if (type.Kind == JsonTypeInfoKind.Enumerable)
                type = type.Options.GetTypeInfo(type.ElementType!);
            else if (type.Kind == JsonTypeInfoKind.Object
                && type.Properties.FirstOrDefault(one => one.Name == step) is { } property)
                type = type.Options.GetTypeInfo(property.PropertyType);
            else
                break;
        }
        return type.Type;
    }

    private static string Item(string path, int index) =>
        string.Create(CultureInfo.InvariantCulture, $"{path}[{index}]");

    private static string? Missing(JsonPropertyInfo property, object? value, string path) => value is null
        ? property.IsGetNullable ? null : path
        : FirstMissing(value, property.Options.GetTypeInfo(property.PropertyType), path);
}
