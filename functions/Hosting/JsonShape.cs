using System.Collections;
using System.Globalization;
using System.Text.Json.Serialization.Metadata;

namespace CloudPos.Functions.Hosting;

/// <summary>
/// Finds members that a JSON body left out. The wire's records leave out what is null, so their constructors
/// cannot demand every member; what is left out where null is not allowed would otherwise surface far from
/// here.
/// </summary>
internal static class JsonShape
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
                var place = string.Create(CultureInfo.InvariantCulture, $"{path}[{index++}]");
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

    private static string? Missing(JsonPropertyInfo property, object? value, string path) => value is null
        ? property.IsGetNullable ? null : path
        : FirstMissing(value, property.Options.GetTypeInfo(property.PropertyType), path);
}
